"""Where the cat is: the buttons, the promise in each country, the country of a zone, and the refusals of a wrong file."""

import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from flows import places, reading, wording
from flows.places import COUNTRIES, PLACES, STATUS, VERSION, Promise, catalogue, country_of, promise, read
from flows.red_flags import ListRefused
from tests.flows.test_consents import simplified
from tests.flows.test_wording import FORBIDDEN, MAINLAND

TEXT = (Path(places.__file__).with_name("clinical") / "places.toml").read_text(encoding="utf-8")
LANGUAGE = pytest.mark.parametrize("language", wording.LANGUAGES)
DENIED = re.compile(r"no prescription\b")
SAID: tuple[Promise, ...] = (*catalogue().promises.values(), *(row.promise for row in COUNTRIES.values()))

ZONES = [
    ("Asia/Taipei", "TW"), ("Asia/Hong_Kong", "HK"), ("Asia/Macau", "MO"), ("Asia/Tokyo", "JP"), ("Asia/Seoul", "KR"),
    ("Asia/Singapore", "SG"), ("Asia/Kuala_Lumpur", "MY"), ("Asia/Kuching", "MY"), ("Asia/Shanghai", "CN"), ("Asia/Urumqi", "CN"),
    ("Asia/Bangkok", "TH"), ("Asia/Ho_Chi_Minh", "VN"), ("Asia/Manila", "PH"), ("Asia/Kolkata", "IN"), ("Australia/Perth", "AU"),
    ("Australia/Lord_Howe", "AU"), ("Pacific/Auckland", "NZ"), ("Europe/London", "GB"), ("Europe/Jersey", "JE"), ("Europe/Dublin", "IE"),
    ("Europe/Berlin", "DE"), ("Europe/Amsterdam", "NL"), ("America/New_York", "US"), ("America/Indiana/Knox", "US"),
    ("Pacific/Honolulu", "US"), ("America/Puerto_Rico", "PR"), ("America/Toronto", "CA"), ("America/Vancouver", "CA"),
    ("America/Tijuana", "MX"), ("Africa/Johannesburg", "ZA"),
]  # fmt: skip
FORMER = [
    ("Asia/Chungking", "CN"), ("Asia/Chongqing", "CN"), ("Asia/Kashgar", "CN"), ("PRC", "CN"), ("ROC", "TW"), ("Hongkong", "HK"),
    ("Japan", "JP"), ("Singapore", "SG"), ("US/Pacific", "US"), ("US/Hawaii", "US"), ("Canada/Pacific", "CA"), ("America/Montreal", "CA"),
    ("Australia/NSW", "AU"), ("GB", "GB"), ("Europe/Belfast", "GB"), ("Asia/Saigon", "VN"), ("Asia/Calcutta", "IN"), ("NZ", "NZ"),
]  # fmt: skip
NOWHERE = [
    "",
    "Mars/Olympus",
    "Etc/UTC",
    "UTC",
    "Etc/GMT-8",
    "EST",
    "MST",
    "CET",
    "PST8PDT",
    "localtime",
    "asia/taipei",
    "../zone.tab",
]


# --- the buttons ------------------------------------------------------------------------------------------------------
def test_the_buttons_stand_in_the_order_a_taiwanese_clinic_needs() -> None:
    """Home first, then the neighbours, then where Taiwan's families live."""
    assert [place.country for place in PLACES] == ["TW", "HK", "JP", "SG", "MY", "CN", "AU", "GB", "US", "US", "CA"]
    assert [place.en for place in PLACES if place.country == "US"] == ["USA, east coast", "USA, west coast"]
    assert VERSION
    assert STATUS == "to be signed by the clinic's doctors and a lawyer"


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.zone)
def test_every_button_has_a_zone_of_its_country(place: places.Place) -> None:
    """The clock is known here, typing the zone gives the same one, and a country that was looked at stands behind it."""
    assert place.zone in available_timezones()
    assert ZoneInfo(place.zone).key == reading.zone(place.zone) == place.zone
    assert country_of(place.zone) == place.country
    assert place.country in COUNTRIES
    assert place.words("") == place.words("en") == place.en


def test_no_two_buttons_read_the_same() -> None:
    """Typing a button's words means that button; and two stand in a row."""
    for language in wording.LANGUAGES:
        words = [place.words(language) for place in PLACES]
        assert len(set(words)) == len(words) == 11
        assert max(map(len, words)) <= 24


# --- the promises -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("TW", "with_vet"), ("US", "with_vet"), ("GB", "advice"), ("AU", "advice"), ("HK", "general"), ("JP", "general"),
        ("SG", "general"), ("MY", "general"), ("CN", "general"), ("CA", "general"),
        ("DE", "general"), ("MO", "general"), ("PR", "general"), ("", "general"), ("tw", "general"), ("??", "general"),
    ],
)  # fmt: skip
def test_every_country_has_its_promise_and_the_unknown_the_cautious_one(country: str, expected: str) -> None:
    """Only four countries get more than general information."""
    assert promise(country).id == expected


def test_a_place_nobody_looked_at_is_told_so() -> None:
    """The reason given is that we do not know, and the rows say where each rule was found and when it was compared."""
    assert promise("DE") == promise("MY") == promise("CN") == catalogue().promises["general"]
    assert all(row.source and row.checked <= date(2026, 11, 23) for row in COUNTRIES.values() if VERSION == "2026-11-1")
    assert {code for code, row in COUNTRIES.items() if "no rule looked up" in row.source} == {"MY", "CN"}


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("advice", ("view only", "do not take over", "goes back to the vet"), ("只是一份看法", "不會接手", "報告會回到")),
        ("with_vet", ("together with the vet", "one hospital consulting another", "no diagnosis", "no certificate and no prescription"),
         ("一起提供意見", "動物醫院之間會診", "不做遠距診斷", "不開立證明或處方")),
        ("general", ("general information only", "registered there", "as a colleague"), ("一般性的資訊", "當地的執業獸醫師", "以同行身分")),
    ],
)  # fmt: skip
def test_every_promise_says_its_limit(name: str, english: tuple[str, ...], chinese: tuple[str, ...]) -> None:
    """The words that may not be lost when a promise is rewritten."""
    said = catalogue().promises[name]
    assert [words for words in english if words not in said.en] == []
    assert [words for words in chinese if words not in said.zh_Hant] == []


@pytest.mark.parametrize(
    ("country", "english", "chinese"),
    [
        ("TW", "certificates and prescriptions", "親自看診"), ("US", "together with the vet", "一起提供"), ("GB", "stays under the care", "照護"),
        ("AU", "registered there", "當地註冊"), ("HK", "registered there", "當地註冊"), ("JP", "examination", "親自看診"),
    ],
)  # fmt: skip
def test_the_reason_is_that_of_the_country(country: str, english: str, chinese: str) -> None:
    """One sentence of why, with the country's own name."""
    place = next(place for place in PLACES if place.country == country)
    assert english in promise(country).why("en")
    assert chinese in promise(country).why("zh_Hant")
    assert place.zh_Hant.split("（")[0].removesuffix("東岸") in promise(country).why_zh_Hant


@LANGUAGE
def test_a_promise_is_one_to_three_short_sentences(language: str) -> None:
    """What is shown after she says where the cat is; an unchosen language reads English."""
    for said in SAID:
        assert 1 <= len(re.findall(r"[.?!](?:\s|$)|[。？！]", said.sentence(language))) <= 3
        assert len(re.findall(r"[.?!](?:\s|$)|[。？！]", said.why(language))) == 1
        assert said.sentence(language).format(cat="{cat}")
        assert (said.sentence(""), said.why("")) == (said.en, said.why_en)


def test_chinese_is_traditional_and_english_is_english() -> None:
    """As in the consent: Taiwan's characters, words and signs."""
    chinese = [words for said in SAID for words in (said.zh_Hant, said.why_zh_Hant)] + [p.zh_Hant for p in PLACES]
    for words in chinese:
        words.encode("big5")
        assert set(words) & simplified() == set()
        assert not MAINLAND.search(words)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!.]|你|  ", words)
    for said in SAID:
        assert not re.search(r"[\u3000-\u9fff]|(^|[.?!:] )\{cat\}", f"{said.en} {said.why_en}")


@LANGUAGE
def test_nothing_sounds_like_a_diagnosis_or_a_prescription(language: str) -> None:
    """The rules of all our sentences, outside the denials and the reasons that name the law."""
    found = [
        (rule, p.sentence(language))
        for p in SAID
        for rule in FORBIDDEN[language]
        if re.search(rule, DENIED.sub("", p.sentence(language)), re.I)
    ]
    assert found == []


# --- the country of a zone --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("zone", "country"), ZONES + FORMER)
def test_a_zone_has_its_country(zone: str, country: str) -> None:
    """Thirty zones of today and former names of some."""
    assert country_of(zone) == country


@pytest.mark.parametrize("zone", NOWHERE)
def test_a_name_without_a_place_has_no_country(zone: str) -> None:
    """A clock that several countries share tells none, and the cautious promise follows."""
    assert country_of(zone) == ""
    assert promise(country_of(zone)).id == "general"


def test_nearly_every_zone_has_a_country() -> None:
    """What has none is a clock without a place."""
    without = {zone for zone in available_timezones() if "/" in zone and not country_of(zone)}
    assert {zone for zone in without if not zone.startswith("Etc/")} == set()


def test_no_former_name_widens_a_promise_by_mistake() -> None:
    """A link leads to a clock, not to a country: those that lead to more than general information are all of that country."""
    own = re.compile(
        r"(US|Australia)/|America/(Atka|Fort_Wayne|Indianapolis|Knox_IN|Louisville|Shiprock)$|Pacific/Johnston$"
        r"|Europe/Belfast$|(GB|GB-Eire|Navajo|ROC)$"
    )
    listed = (places.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    today = {line.split("\t")[2] for line in listed.splitlines() if line and line[0] != "#"}
    former = {zone for zone in available_timezones() - today if promise(country_of(zone)).id != "general"}
    assert {zone for zone in former if not own.match(zone)} == set()


@pytest.mark.parametrize(("typed", "country"), [("台中", "TW"), ("Kaohsiung", "TW"), ("Vancouver, Canada", "CA"), ("香港", "HK"), ("UK", "GB"), ("Chicago", "US")])  # fmt: skip
def test_a_typed_city_leads_to_its_country(typed: str, country: str) -> None:
    """What ``reading.zone`` makes of it has a country."""
    assert country_of(reading.zone(typed) or "") == country


# --- the loader -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("[[country]]", "[[country", "not valid TOML"), ('version = "2026', 'edition = "2026', "needs a version"),
        ('status = "to be', 'state = "to be', "needs a status"), ("[[place]]", "[[spot]]", r"no \[\[place\]\] tables"),
        ('id = "advice"', 'id = "treatment"', "must be advice, with_vet, general"), ('promise = "advice"', 'promise = "cure"', "“cure” is none of the promises"),
        ('promise = "advice"', 'promise = ["advice"]', "none of the promises"),
        ('code = "GB"', 'code = "UK"', "“UK” is no country of ISO 3166"), ('code = "AU"', 'code = "GB"', "called “GB”"),
        ('code = "AU"', 'code = "NZ"', "AU is offered as a button but has no"), ("checked = 2026-11-23", 'checked = "2026-11-23"', "must be a day"),
        ("checked = 2026-11-23", "checked = 2026-11-23T09:00:00", "must be a day"), ('source = "RCVS', 'source = ""\nwhy = "', r"every \[\[country\]\] needs exactly"),
        ('source = "no rule looked up yet: the cautious promise until somebody does"', 'source = ""', "needs its source"),
        ('zone = "Asia/Tokyo"', 'zone = "Asia/Seoul"', "lies in “KR”, not in JP"), ('zone = "Asia/Tokyo"', 'zone = "Tokyo"', "lies in “”, not in JP"),
        ('zone = "America/Los_Angeles"', 'zone = "America/New_York"', "called “America/New_York”"),
        ('zh_Hant = "日本"', 'zh_Hant = "Japan"', "in the other language"), ('en = "Japan"', 'en = "{cat}"', "nothing may stand in braces"),
        ('en = "Japan"', f'en = "{"Japan " * 5}"', "2 to 24 characters"), ('en = "We can tell you', 'en = "{owner}, we can tell you', "only {cat} may stand"),
        ('en = "We can tell you', f'en = "{"long " * 60}', "2 to 320 characters"), ('en = "We can tell you', 'en = "{ We can tell you', "too often"),
        ('why_zh_Hant = "在香港，', 'note = "', "and may have why_en with why_zh_Hant"),
    ],
)  # fmt: skip
def test_wrong_file_is_refused_with_a_sentence(before: str, after: str, sentence: str) -> None:
    """A doctor or a lawyer who edits the file learns what to mend."""
    assert before in TEXT
    with pytest.raises(ListRefused, match=sentence.replace("{", r"\{")):
        read(TEXT.replace(before, after))


def test_a_country_needs_both_reasons_or_none() -> None:
    """Half a reason would be silence in one language."""
    with pytest.raises(ListRefused, match="and may have why_en with why_zh_Hant"):
        read(re.sub(r'why_zh_Hant = "在香港，[^\n]*\n', "", TEXT))
