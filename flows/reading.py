"""How typed answers are read: each reader gives the value to keep, or None when it cannot make sense of it."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

LONGEST = 4_096  # characters of a Telegram message: nothing that was written is cut off

_YEARS = r"(?:years?|yrs?|yo|y|歲|岁|年)"
_MONTHS = r"(?:months?|mos?|m|個月|个月|月)"
_WEEKS = r"(?:weeks?|wks?|w|週|周)"
_NUMBER = r"(\d{1,3}(?:\.\d)?)"


def plain(text: str, longest: int = LONGEST) -> str:
    """Without control, format and bidi characters (they can turn a line around), blanks folded, cut to LONGEST."""
    if text.isascii() and text.isprintable() and "  " not in text:  # most answers: nothing to take out
        return text.strip()[:longest]
    kept = "".join(c for c in text if c in "\n\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:longest]


def has_words(text: str) -> bool:
    """Whether there is at least one letter or digit: emoji and dots alone answer no question."""
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def free_text(text: str, longest: int = LONGEST) -> str | None:
    """Any text with at least one word."""
    words = plain(text, longest)
    return words if has_words(words) else None


def name(text: str) -> str | None:
    """A name of at most 40 characters on one line."""
    words = plain(text).replace("\n", " ")
    return words if has_words(words) and len(words) <= 40 else None


def line(text: str) -> str | None:
    """A name of a place or clinic of at most 80 characters on one line."""
    words = plain(text).replace("\n", " ")
    return words if has_words(words) and len(words) <= 80 else None


def registration(text: str) -> str | None:
    """A registration number with whoever gave it: at least three digits, at most 80 characters."""
    words = line(text)
    return words if words and sum(c.isdigit() for c in words) >= 3 else None


_DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?")


def latest_date(text: str) -> date | None:
    """The latest date written as year-month-day or 年月日 in a text; a month without a day counts from its first."""
    found = []
    for year, month, day in _DATE.findall(unicodedata.normalize("NFKC", text)):
        if 1 <= int(month) <= 12 and 1 <= int(day or 1) <= 28:
            found.append(date(int(year), int(month), int(day or 1)))
        elif 1 <= int(month) <= 12 and int(day) <= 31:  # near the end of a month a few days do not matter here
            found.append(date(int(year), int(month), 28))
    return max(found, default=None)


_CHINESE = {"零": 0, "一": 1, "二": 2, "兩": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SIGNS = "".join(_CHINESE)


def _in_digits(text: str) -> str:
    """Chinese numbers up to 99 as digits: "十二歲" is read as "12歲"."""
    tens = re.sub(
        rf"([{_SIGNS}]?)十([{_SIGNS}]?)", lambda m: str(_CHINESE.get(m[1], 1) * 10 + _CHINESE.get(m[2], 0)), text
    )
    return re.sub(rf"[{_SIGNS}]", lambda m: str(_CHINESE[m[0]]), tens)


def age(text: str) -> str | None:
    """An age up to 38 years, as "12 y", "8 m" or "6 w"; a bare number means years. The oldest known cat lived 38 years."""
    words = (
        unicodedata.normalize("NFKC", plain(text)).lower().replace("half a year", "6 months").replace("半歲", "6個月")
    )
    words = _in_digits(words)
    months = re.search(rf"{_NUMBER}\s*{_MONTHS}", words)
    years = re.search(rf"{_NUMBER}\s*{_YEARS}", words)
    weeks = re.search(rf"{_NUMBER}\s*{_WEEKS}", words)
    bare = re.fullmatch(rf"(?:about|around|大約|約)?\s*{_NUMBER}", words)
    if whole := years or bare:
        number = float(whole.group(1))
        return f"{number:g} y" if 0 < number <= 38 else None
    if months:
        number = float(months.group(1))
        return f"{number:g} m" if 0 < number <= 60 else None
    return f"{float(weeks.group(1)):g} w" if weeks and 0 < float(weeks.group(1)) <= 60 else None


def phone(text: str) -> str | None:
    """An international number as + and 8 to 15 digits (E.164); a Taiwanese mobile may be typed as at home."""
    digits = re.sub(r"[\s().\-‐–]", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"09\d{8}", digits):
        digits = "+886" + digits[1:]
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """City → zone, from the names of the zones themselves ("Asia/Taipei" → "taipei")."""
    found = {zone.rsplit("/", 1)[-1].replace("_", " ").lower(): zone for zone in available_timezones() if "/" in zone}
    return found | {zone.lower(): zone for zone in available_timezones()} | {name: zone for name, zone in _OTHER_NAMES}


_TAIWAN = (
    "new taipei", "taoyuan", "hsinchu", "taichung", "tainan", "kaohsiung", "keelung", "chiayi", "pingtung", "yilan", "hualien", "taitung",
    "新北", "桃園", "新竹", "台中", "臺中", "台南", "臺南", "高雄", "基隆", "苗栗", "彰化", "南投", "雲林", "嘉義", "屏東", "宜蘭", "花蓮",
    "台東", "臺東", "澎湖", "金門", "馬祖",
)  # fmt: skip
_OTHER_NAMES = (
    ("taiwan", "Asia/Taipei"), ("台灣", "Asia/Taipei"), ("臺灣", "Asia/Taipei"), ("台北", "Asia/Taipei"), ("臺北", "Asia/Taipei"),
    *((city, "Asia/Taipei") for city in _TAIWAN),
    ("hong kong", "Asia/Hong_Kong"), ("香港", "Asia/Hong_Kong"), ("macau", "Asia/Macau"), ("澳門", "Asia/Macau"),
    ("japan", "Asia/Tokyo"), ("日本", "Asia/Tokyo"), ("東京", "Asia/Tokyo"), ("singapore", "Asia/Singapore"), ("新加坡", "Asia/Singapore"),
    ("malaysia", "Asia/Kuala_Lumpur"), ("馬來西亞", "Asia/Kuala_Lumpur"), ("korea", "Asia/Seoul"), ("韓國", "Asia/Seoul"),
    ("uk", "Europe/London"), ("united kingdom", "Europe/London"), ("英國", "Europe/London"), ("倫敦", "Europe/London"),
    ("germany", "Europe/Berlin"), ("france", "Europe/Paris"), ("california", "America/Los_Angeles"), ("加州", "America/Los_Angeles"),
    ("new york", "America/New_York"), ("紐約", "America/New_York"), ("san francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"), ("boston", "America/New_York"), ("new zealand", "Pacific/Auckland"),
    ("thailand", "Asia/Bangkok"), ("china", "Asia/Shanghai"), ("上海", "Asia/Shanghai"), ("北京", "Asia/Shanghai"), ("beijing", "Asia/Shanghai"),
)  # fmt: skip


def zone(text: str) -> str | None:
    """A time zone from the name of a city, a zone or one of the countries that have only one."""
    words = plain(text).lower().strip(" .,!。").removesuffix("市").removesuffix("縣")
    found = _zones()
    return found.get(words) or found.get(words.split(",")[0].strip())
