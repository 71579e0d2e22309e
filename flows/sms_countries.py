"""What text messages to a country may be, read from ``clinical/sms_countries.toml``: facts about carriers with their sources, not wishes.

A country that is not in the table gets no texts. The first line of defence against numbers that only cost money, too (pitfalls 61, 63, 66).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import Any

from flows.red_flags import ListRefused

_FILE = Path(__file__).with_name("clinical") / "sms_countries.toml"
SENDERS = ("own", "register", "changed")


@dataclass(frozen=True, slots=True)
class Rule:
    """One country. ``night_from`` to ``night_to``: nothing may arrive, by the recipient's clock. ``sender``: what becomes of our number."""

    prefix: str
    two_way: bool
    links: bool
    night_from: time
    night_to: time
    sender: str
    source: str


def read(text: str) -> Mapping[str, Rule]:
    """The table, by ISO 3166 codes. ListRefused with the country and the fault."""
    table = tomllib.loads(text)
    if not table.pop("version", ""):
        raise ListRefused("sms_countries: version is missing")
    return {country: _rule(country, row) for country, row in table.items()}


def _rule(country: str, row: Mapping[str, Any]) -> Rule:
    if set(row) != {field.name for field in fields(Rule)}:
        raise ListRefused(f"sms_countries.{country}: has other fields than it should")
    rule = Rule(**row)
    wrong = (
        ("is no country's code", not (len(country) == 2 and country.isascii() and country.isupper())),
        ("prefix is no dialling code", not (rule.prefix.startswith("+") and rule.prefix[1:].isdigit())),
        ("two_way and links are true or false", not (isinstance(rule.two_way, bool) and isinstance(rule.links, bool))),
        ("the night begins in the evening and ends in the morning", not rule.night_to < time(12) < rule.night_from),
        (f"sender is one of {', '.join(SENDERS)}", rule.sender not in SENDERS),
        ("source says where this was read", len(rule.source) < 10),
    )
    for fault, so in wrong:
        if so:
            raise ListRefused(f"sms_countries.{country}: {fault}")
    return rule


COUNTRIES = read(_FILE.read_text("utf-8"))
