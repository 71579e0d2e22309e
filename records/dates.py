"""Dates as laboratories and hospitals print them, found in a text: Gregorian and of the Republic of China, in digits and in words."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

FIRST_YEAR, LAST_YEAR = 1995, 2079  # a cat lives twenty years; what lies outside is a number, not a date
REPUBLIC: Final = 1911  # year 1 of the Republic of China is 1912
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH: Final = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"

Reader = Callable[[re.Match[str]], tuple[int, int, int]]

_FORMS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = (
    (  # 2026/5/3, 2026-05-03, 2026.5.3, 2026年5月3日
        re.compile(r"(?<![\d./-])((?:19|20)\d\d) ?[年/.\-] ?(\d{1,2}) ?[月/.\-] ?(\d{1,2})(?![\d]|[./-]\d)"),
        lambda found: (int(found[1]), int(found[2]), int(found[3])),
    ),
    (  # 民國115年5月3日, 115/05/03, 115.5.3
        re.compile(r"(?<![\d./-])(?:民國 ?)?(\d{2,3}) ?[年/.\-] ?(\d{1,2}) ?[月/.\-] ?(\d{1,2})(?![\d]|[./-]\d)"),
        lambda found: (_of_republic(found), int(found[2]), int(found[3])),
    ),
    (  # 3 May 2026, 3rd May, 2026, 03-MAY-2026
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ .\-/]{{0,2}}{_MONTH},?[ .\-/]{{0,2}}((?:19|20)\d\d)(?!\d)", re.I
        ),
        lambda found: (int(found[3]), _month(found[2]), int(found[1])),
    ),
    (  # May 3, 2026
        re.compile(rf"(?<![a-z]){_MONTH} ?(\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d\d)(?!\d)", re.I),
        lambda found: (int(found[3]), _month(found[1]), int(found[2])),
    ),
    (  # 31/5/2026 and 5/31/2026. Where both could be the month nobody knows, and nothing is said
        re.compile(r"(?<![\d./-])(\d{1,2})[/.\-](\d{1,2})[/.\-]((?:19|20)\d\d)(?![\d]|[./-]\d)"),
        lambda found: _day_and_month(int(found[1]), int(found[2]), int(found[3])),
    ),
    (  # 20260503
        re.compile(r"(?<![\d./\w-])((?:19|20)\d\d)(\d\d)(\d\d)(?![\d\w]|[./-]\d)"),
        lambda found: (int(found[1]), int(found[2]), int(found[3])),
    ),
)


def dates_in(text: str, most: int = 12) -> list[str]:
    """The first ``most`` different dates as "YYYY-MM-DD", in the order they stand there. Impossible ones are passed over."""
    plain = unicodedata.normalize("NFKC", text)
    found = sorted((at, day) for form, read in _FORMS for at, day in _matched(plain, form, read))
    return list(dict.fromkeys(day for _, day in found))[:most]


def _matched(text: str, form: re.Pattern[str], read: Reader) -> Iterator[tuple[int, str]]:
    for match in form.finditer(text):
        try:
            day = date(*read(match))
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            yield match.start(), day.isoformat()


def _of_republic(found: re.Match[str]) -> int:
    """The year. Two digits are believed only with the name of the era or the Chinese words: 12.5.26 may be anything."""
    year = int(found[1])
    if year < 100 and not ("民國" in found[0] or "年" in found[0]):
        raise ValueError("Not a year of the Republic.")
    return year + REPUBLIC


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day_and_month(first: int, second: int, year: int) -> tuple[int, int, int]:
    if first > 12 or first == second:
        return year, second, first
    if second > 12:
        return year, first, second
    raise ValueError("Either could be the month.")
