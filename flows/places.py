"""Where the cat is and what may be promised there, read from ``clinical/places.toml``; a place nobody has looked at gets the cautious promise.

The rules are a draft until a lawyer signs them. A zone's country comes from the tables of the ``tzdata`` package.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from flows.clinical_words import Reasoned, content, once, sentence
from flows.red_flags import ListRefused
from flows.wording import either

_FILE = Path(__file__).with_name("clinical") / "places.toml"
CAUTIOUS = "general"  # what is promised where the rules are not known
PROMISES = ("advice", "with_vet", CAUTIOUS)
LONGEST_PROMISE = {"en": 320, "zh_Hant": 160}  # characters as written: one to three sentences
LONGEST_WHY = {"en": 200, "zh_Hant": 100}
LONGEST_BUTTON = 24  # characters: two buttons stand in a row
CLOCKS = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})  # names of a clock that several countries share
_WHY = {"why_en", "why_zh_Hant"}


@dataclass(frozen=True)
class Place:
    """A button: ``country`` as in ISO 3166, its words, and the time zone that calls are planned in."""

    country: str
    en: str
    zh_Hant: str
    zone: str

    def words(self, language: str) -> str:
        """What the button says; an unchosen language ("") reads English."""
        return either(language, self.en, self.zh_Hant)


class Promise(Reasoned):
    """What the owner is told we may do for her, and ``why_*`` it is so in that country."""


@dataclass(frozen=True)
class Country:
    """One row of the rules: the promise there, where the rule was found, and the day somebody last compared the two."""

    code: str
    promise: Promise
    source: str
    checked: date


@dataclass(frozen=True)
class Places:
    """The whole file with its version and its status ("to be signed …")."""

    version: str
    status: str
    places: tuple[Place, ...]
    promises: Mapping[str, Promise]
    countries: Mapping[str, Country]


def promise(country: str) -> Promise:
    """What may be promised for a cat in this country (ISO 3166, two capitals); unknown or "" gets the cautious promise."""
    known = catalogue().countries.get(country)
    return known.promise if known else catalogue().promises[CAUTIOUS]


# --- the country of a zone --------------------------------------------------------------------------------------------
@lru_cache(maxsize=1)
def _countries_of_zones() -> dict[str, str]:
    """Zone → country. ``zone.tab`` has one country a zone; former names are the links ("L target name") of ``tzdata.zi``."""
    folder = files("tzdata").joinpath("zoneinfo")
    table = folder.joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in table if line and not line.startswith("#")]
    found = {row[2]: row[0] for row in rows}
    rules = folder.joinpath("tzdata.zi").read_text(encoding="utf-8").splitlines()
    links = [line.split() for line in rules if line.startswith("L ")]
    return {name: found[zone] for _, zone, name in links if zone in found and name not in CLOCKS} | found


def country_of(zone: str) -> str:
    """The ISO 3166 country of an IANA zone such as "Asia/Taipei" or its former names; "" if the name tells no country."""
    return _countries_of_zones().get(zone, "")


# --- reading the file -------------------------------------------------------------------------------------------------
def _rows(found: dict[str, object], table: str, needed: set[str], free: set[str]) -> list[dict[str, object]]:
    entries = found.get(table)
    if not isinstance(entries, list) or not entries:
        raise ListRefused(f"the file has no [[{table}]] tables")
    for entry in entries:
        if not isinstance(entry, dict) or set(entry) - free != needed or free & set(entry) not in (free, set()):
            more = f", and may have {' with '.join(sorted(free))}" if free else ""
            raise ListRefused(f"every [[{table}]] needs exactly {', '.join(sorted(needed))}{more}: {entry}")
    return entries


def _promise(row: dict[str, object]) -> Promise:
    name = str(row["id"])
    said = {
        language: sentence(name, language, row[language], most, ("cat",)) for language, most in LONGEST_PROMISE.items()
    }
    return Promise(id=name, **said, **_reasons(name, row))


def _reasons(where: str, row: dict[str, object]) -> dict[str, str]:
    return {f"why_{ln}": sentence(where, ln, row[f"why_{ln}"], most, ("cat",)) for ln, most in LONGEST_WHY.items()}


def _code(value: object) -> str:
    if not isinstance(value, str) or value not in set(_countries_of_zones().values()):
        raise ListRefused(
            f"“{value}” is no country of ISO 3166 (two capitals, for example TW; the United Kingdom is GB)"
        )
    return value


def _country(row: dict[str, object], promises: Mapping[str, Promise]) -> Country:
    code, source, checked = _code(row["code"]), row["source"], row["checked"]
    name = str(row["promise"])
    if name not in promises:
        raise ListRefused(f"{code}: “{name}” is none of the promises {', '.join(PROMISES)}")
    if not isinstance(source, str) or len(source.strip()) < 4:
        raise ListRefused(f"{code}: the row needs its source, a text")
    if type(checked) is not date:  # a datetime is a date too
        raise ListRefused(f"{code}: “checked” must be a day, for example 2026-11-23, without quotation marks")
    told = promises[name]
    if set(row) >= _WHY:
        told = Promise(told.id, told.en, told.zh_Hant, **_reasons(code, row))
    return Country(code, told, source.strip(), checked)


def _place(row: dict[str, object], countries: Mapping[str, Country]) -> Place:
    zone, code = str(row["zone"]), _code(row["country"])
    if country_of(zone) != code:
        raise ListRefused(f"the zone “{zone}” lies in “{country_of(zone)}”, not in {code}")
    if code not in countries:
        raise ListRefused(f"{code} is offered as a button but has no [[country]] row")
    return Place(
        code,
        sentence(code, "en", row["en"], LONGEST_BUTTON, ()),
        sentence(code, "zh_Hant", row["zh_Hant"], LONGEST_BUTTON, ()),
        zone,
    )


def read(toml: str) -> Places:
    """The places from the text of a TOML file. Raises ``ListRefused`` with a sentence a person can act on."""
    found = content(toml)
    said = [_promise(row) for row in _rows(found, "promise", {field.name for field in fields(Promise)}, set())]
    if sorted(row.id for row in said) != sorted(PROMISES):
        raise ListRefused(f"the [[promise]] tables must be {', '.join(PROMISES)}, each once")
    promises = {row.id: row for row in said}
    ruled = [_country(row, promises) for row in _rows(found, "country", {"code", "promise", "source", "checked"}, _WHY)]
    once([row.code for row in ruled], "[[country]] tables")
    countries = {row.code: row for row in ruled}
    places = [_place(row, countries) for row in _rows(found, "place", {field.name for field in fields(Place)}, set())]
    once([place.zone for place in places], "[[place]] tables")
    return Places(str(found["version"]), str(found["status"]), tuple(places), promises, countries)


@lru_cache(maxsize=1)
def catalogue() -> Places:
    """The places that are shipped with the program."""
    return read(_FILE.read_text(encoding="utf-8"))


VERSION = catalogue().version
STATUS = catalogue().status
PLACES = catalogue().places
COUNTRIES = catalogue().countries
