"""The table of countries is complete, says where each rule was read, and refuses nonsense with the country's name."""

from datetime import time
from pathlib import Path

import pytest

import flows.sms_countries as table
from flows.red_flags import ListRefused

TEXT = (Path(table.__file__).with_name("clinical") / "sms_countries.toml").read_text("utf-8")


def test_taiwan_is_one_way_and_without_links() -> None:
    taiwan = table.COUNTRIES["TW"]
    assert (taiwan.two_way, taiwan.links, taiwan.sender) == (False, False, "changed")
    assert (taiwan.night_from, taiwan.night_to) == (time(21), time(9))


def test_every_country_names_its_source() -> None:
    assert {"TW", "HK", "US"} <= set(table.COUNTRIES)
    assert all(len(rule.source) > 20 for rule in table.COUNTRIES.values())


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('version = "2026-11"', ""),
        ("[TW]", "[Taiwan]"),
        ('prefix = "+886"', 'prefix = "886"'),
        ('prefix = "+886"', ""),
        ("two_way = false", 'two_way = "no"'),
        ("night_from = 21:00:00", "night_from = 01:00:00"),
        ('sender = "changed"', 'sender = "perhaps"'),
        ('source = "twilio.com/guidelines/tw/sms', 'source = "x" #'),
        ('prefix = "+886"', 'prefix = "+886"\nlunch = true'),
    ],
)
def test_a_wrong_row_is_refused(good: str, bad: str) -> None:
    assert good in TEXT
    with pytest.raises(ListRefused):
        table.read(TEXT.replace(good, bad, 1))
