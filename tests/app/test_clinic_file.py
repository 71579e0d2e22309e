"""clinic.toml: the example loads, and every wrong value is refused with a sentence that names its field."""

import sys
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from app.clinic import WrongClinic, load_clinic
from app.holidays import public_holidays
from flows.hours import Diary, free_slots
from tests.app.whole import ROOT
from tests.builders import NOON

EXAMPLE = ROOT / "clinic.example.toml"

# path in the file, a wrong value, the field that must be named
WRONG: list[tuple[str, Any, str]] = [
    ("name", "X", "name"),
    ("name", "貓" * 61, "name"),
    ("country", "Taiwan", "country"),
    ("zone", "Taipei", "zone"),
    ("doctors.lin.calendar", "http://calendar.example/x.ics", "doctors.lin.calendar"),
    ("doctors.lin.calendar", "https://me:word@calendar.example/x.ics", "doctors.lin.calendar"),
    ("doctors.lin.calendar", "https://calendar.example:8443/x.ics", "doctors.lin.calendar"),
    ("zone", "Asia/Atlantis", "zone"),
    ("languages", [], "languages"),
    ("languages", ["de"], "languages"),
    ("currency", "NT$", "currency"),
    ("room", {"url": "http://meet.example.org/{room}"}, "room.url"),
    ("room", {"url": "https://meet.example.org/"}, "room.url"),
    ("room", {"url": "https://meet.example.org/{room}/{room}"}, "room.url"),
    ("room", {"url": "https://meet.example.org/my {room}"}, "room.url"),
    ("room", {}, "room.url"),
    ("fee", 0, "fee"),
    ("fee", -5, "fee"),
    ("fee", 3000.5, "fee"),
    ("fee", 300050, "fee"),
    ("call_minutes", 7, "call_minutes"),
    ("call_minutes", 12, "call_minutes"),
    ("lead_hours", -1, "lead_hours"),
    ("urgent_review_hours", 25, "urgent_review_hours"),
    ("urgent_review_hours", 0, "urgent_review_hours"),
    ("review_hours", 0, "review_hours"),
    ("digest", {"at": time(14, 0)}, "digest.at"),
    ("digest", {"days": ["someday"]}, "digest.days.0"),
    ("undo_seconds", -1, "undo_seconds"),
    ("refunds", {"before_call": 99}, "refunds.before_call"),
    ("refunds", {"after_call": 101}, "refunds.after_call"),
    ("refunds", {"whole": 100}, "refunds.whole"),
    ("sms_name", "A name that is far too long for a text", "sms_name"),
    ("sms_name", "貓醫院", "sms_name"),
    ("quiet_from", time(8, 0), "quiet_to"),
    ("doctors", {}, "doctors"),
    ("doctors.lin.telegram", 0, "doctors.lin.telegram"),
    ("doctors.lin.telegram", "@drlin", "doctors.lin.telegram"),
    ("doctors.lin.telegram", 9002, "doctors"),
    ("doctors.lin.zone", "Mars/Olympus", "doctors.lin.zone"),
    ("doctors.lin.languages", ["fr"], "doctors.lin.languages"),
    ("doctors.lin.disciplines", [], "doctors.lin.disciplines"),
    ("doctors.lin.hours.monday", ["09:00-12:00"], "doctors.lin.hours.monday"),
    ("doctors.lin.hours.mon", ["9 to 12"], "doctors.lin"),
    ("doctors.lin.hours.mon", ["12:00-09:00"], "doctors.lin"),
    ("doctors.lin.hours.mon", ["09:02-12:00"], "doctors.lin"),
    ("emergency", [], "emergency"),
    ("emergency", [{"name": "Night clinic", "phone": "call us"}], "emergency.0.phone"),
    ("sms.TW.prefix", "886", "sms.TW.prefix"),
    ("sms.TW.two_way", "perhaps", "sms.TW.two_way"),
    ("sms.TW.two_way", True, "sms"),
    ("sms.TW.links", True, "sms"),
    ("sms.TW.prefix", "+81", "sms"),
    ("sms.JP", {"two_way": True}, "sms"),
    ("sms_per_day", 0, "sms_per_day"),
    ("sms_per_number", 0, "sms_per_number"),
    ("quiet_from", time(21, 30), "quiet_from"),
    ("quiet_to", time(8, 0), "quiet_from"),
    ("buffer_minutes", 7, "buffer_minutes"),
    ("doctors.lin.calls_per_day", -1, "doctors.lin.calls_per_day"),
    ("holidays.closed", ["tomorrow"], "holidays.closed.0"),
    ("holidays", {"closed": ["2026-12-31"], "open": ["2026-12-31"]}, "holidays"),
    ("country", "XX", "holidays"),
    ("opening_party", True, "opening_party"),
    ("currency", "XYZ", "currency"),
    ("currency", "LYD", "fee"),
]


def toml_of(value: Any, name: str = "") -> str:
    """TOML text of plain values; enough for a clinic's file."""
    scalars, tables = [], []
    for key, item in value.items():
        place = f"{name}.{key}" if name else key
        if isinstance(item, dict):
            tables.append(f"[{place}]\n{toml_of(item, place)}")
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            tables += [f"[[{place}]]\n{toml_of(row, place)}" for row in item]
        else:
            scalars.append(f"{key} = {_scalar(item)}")
    return "\n".join([*scalars, *tables])


def _scalar(item: Any) -> str:
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, str):
        return f'"{item}"'
    return f"[{', '.join(_scalar(one) for one in item)}]" if isinstance(item, list) else str(item)


def changed(folder: Path, place: str, value: Any) -> Path:
    """The example with one value changed."""
    clinic = tomllib.loads(EXAMPLE.read_text("utf-8"))
    *way, last = place.split(".")
    at = clinic
    for step in way:
        at = at[step]
    at[last] = value
    file = folder / "clinic.toml"
    file.write_text(toml_of(clinic), "utf-8")
    return file


def test_the_example_is_a_clinic() -> None:
    """What is shipped to be copied loads as it is, and its doctors can be booked."""
    clinic = load_clinic(EXAMPLE)
    assert [doctor.key for doctor in clinic.doctors] == ["lin", "wang"]
    assert clinic.emergency
    assert free_slots(clinic, Diary(), NOON, 14)


def test_holidays_are_those_of_the_country_with_the_days_of_the_house(tmp_path: Path) -> None:
    """2027 in Taiwan: 1 January and the Lunar New Year, which no weekly rule could give."""
    new_year, lunar, own = date(2027, 1, 1), date(2027, 2, 6), date(2026, 12, 31)
    assert {new_year, lunar} <= load_clinic(EXAMPLE).closed
    days = {"observed": True, "closed": [str(own)], "open": [str(new_year)]}
    closed = load_clinic(changed(tmp_path, "holidays", days)).closed
    assert ({own, lunar} <= closed, new_year in closed) == (True, False)
    assert load_clinic(changed(tmp_path, "holidays", {"observed": False})).closed == frozenset()


def test_the_calendars_of_all_countries_are_not_kept_in_memory() -> None:
    """The library loads them all for one: 11 MB, of 280 that the service may take."""
    public_holidays.cache_clear()
    assert date(2027, 1, 1) in public_holidays("TW")
    assert [name for name in sys.modules if name.startswith("holidays")] == []


def test_a_country_whose_holidays_nobody_knows_may_list_its_own(tmp_path: Path) -> None:
    """Switched off, the library is not asked."""
    clinic = tomllib.loads(EXAMPLE.read_text("utf-8")) | {"country": "XX", "holidays": {"observed": False}}
    file = tmp_path / "clinic.toml"
    file.write_text(toml_of(clinic), "utf-8")
    assert load_clinic(file).country == "XX"


def test_the_example_survives_being_written_anew(tmp_path: Path) -> None:
    """The table below changes one value at a time, so the rest must be right."""
    assert load_clinic(changed(tmp_path, "lead_hours", 12)) == load_clinic(EXAMPLE)


@pytest.mark.parametrize(("place", "value", "field"), WRONG)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(
    tmp_path: Path, place: str, value: Any, field: str
) -> None:
    """One sentence a fault, with the file, the field and where an example stands."""
    file = changed(tmp_path, place, value)
    with pytest.raises(WrongClinic) as refused:
        load_clinic(file)
    sentences = str(refused.value).splitlines()
    assert any(line.startswith(f"{file}: {field}") for line in sentences), sentences


@pytest.mark.parametrize(
    "field", ["name", "country", "zone", "languages", "currency", "fee", "call_minutes", "emergency"]
)
def test_a_missing_value_is_named(tmp_path: Path, field: str) -> None:
    """What a clinic cannot do without has no silent default."""
    clinic = tomllib.loads(EXAMPLE.read_text("utf-8"))
    del clinic[field]
    file = tmp_path / "clinic.toml"
    file.write_text(toml_of(clinic), "utf-8")
    with pytest.raises(WrongClinic, match=f": {field}: Field required"):
        load_clinic(file)


CALL = {"key": "call", "name_en": "Video call", "name_zh_Hant": "視訊通話", "minutes": 30, "fee": 300000}
LONG = CALL | {"key": "long", "minutes": 60, "fee": 550000, "fee_for_vets": 400000}


def with_kinds(folder: Path, *kinds: dict[str, Any], **others: Any) -> Path:
    """The example with these consultations instead of the one fee."""
    clinic = tomllib.loads(EXAMPLE.read_text("utf-8")) | {"consultations": list(kinds)}
    plain = {key: value for key, value in clinic.items() if key not in ("fee", "call_minutes")}
    file = folder / "clinic.toml"
    file.write_text(toml_of(plain | others), "utf-8")
    return file


def test_kinds_of_consultation_take_the_place_of_the_one_fee(tmp_path: Path) -> None:
    """Each with its own name, length and fee; a vet pays as owners do where nothing else is written."""
    clinic = load_clinic(with_kinds(tmp_path, CALL, LONG))
    assert [(kind.key, kind.minutes, kind.fee, kind.fee_for_vets) for kind in clinic.kinds] == [
        ("call", 30, 300_000, 0),
        ("long", 60, 550_000, 400_000),
    ]
    assert (clinic.fee, clinic.call_minutes) == (300_000, 30)
    assert load_clinic(EXAMPLE).kinds == ()


@pytest.mark.parametrize(
    ("currency", "fee"), [("JPY", 3000), ("KWD", 12_340), ("USD", 9_950), ("TWD", 300_000), ("ISK", 9_900)]
)
def test_a_fee_is_in_the_minor_units_of_its_currency(tmp_path: Path, currency: str, fee: int) -> None:
    """No decimals for yen, three for dinar."""
    assert load_clinic(with_kinds(tmp_path, CALL | {"fee": fee}, currency=currency)).kinds[0].fee == fee


@pytest.mark.parametrize(
    ("kinds", "others", "field"),
    [
        ([CALL, LONG | {"key": "call"}], {}, "consultations: two of them have the key call"),
        ([CALL, LONG | {"fee": 0}], {}, "consultations.1.fee"),
        ([CALL, LONG | {"fee": -300000}], {}, "consultations.1.fee"),
        ([CALL, LONG | {"fee": 550050}], {}, "consultations.1.fee: TWD is charged in whole units"),
        ([CALL, LONG | {"fee_for_vets": 400050}], {}, "consultations.1.fee_for_vets"),
        ([CALL, LONG | {"fee_for_vets": 0}], {}, "consultations.1.fee_for_vets"),
        ([CALL, LONG | {"minutes": 0}], {}, "consultations.1.minutes"),
        ([CALL, LONG | {"key": "Long.call"}], {}, "consultations.1.key"),
        ([CALL, LONG | {"name_en": ""}], {}, "consultations.1.name_en"),
        ([{key: value for key, value in CALL.items() if key != "name_zh_Hant"}], {}, "consultations.0.name_zh_Hant"),
        ([{key: value for key, value in CALL.items() if key != "fee"}], {}, "consultations.0.fee"),
        ([CALL | {"fee": 12_345}], {"currency": "KWD"}, "fee: the last digit"),
        ([CALL], {"fee": 300000}, "fee: every one of the consultations has its own fee"),
        ([CALL], {"call_minutes": 30}, "call_minutes: every one of the consultations has its own minutes"),
        ([LONG | {"key": f"kind{number}"} for number in range(7)], {}, "consultations"),
    ],
)
def test_wrong_kinds_of_consultation_are_refused(
    tmp_path: Path, kinds: list[dict[str, Any]], others: dict[str, Any], field: str
) -> None:
    """At start, with the place in the file; nobody is ever asked for a fee that cannot be charged."""
    file = with_kinds(tmp_path, *kinds, **others)
    with pytest.raises(WrongClinic) as refused:
        load_clinic(file)
    assert any(line.startswith(f"{file}: {field}") for line in str(refused.value).splitlines()), str(refused.value)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    """Whoever fills in the file does not have to start the service once for each mistake."""
    clinic = tomllib.loads(EXAMPLE.read_text("utf-8")) | {"fee": 0, "country": "tw"}
    file = tmp_path / "clinic.toml"
    file.write_text(toml_of(clinic), "utf-8")
    with pytest.raises(WrongClinic) as refused:
        load_clinic(file)
    assert {line.split(": ")[1] for line in str(refused.value).splitlines()} == {"fee", "country"}


def test_a_file_that_is_not_there_or_not_toml_is_refused(tmp_path: Path) -> None:
    """Both are sentences; neither is a traceback."""
    with pytest.raises(WrongClinic, match=r"is not there; copy clinic\.example\.toml"):
        load_clinic(tmp_path / "clinic.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = \n", "utf-8")
    with pytest.raises(WrongClinic, match="is not valid TOML"):
        load_clinic(broken)
    broken.write_bytes(b'name = "\xff"')
    with pytest.raises(WrongClinic, match="is not valid TOML"):
        load_clinic(broken)
