"""Numbers that owners give: how often, how long, how fast, how hot, how high; each becomes a concept beside the words."""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from flows.lexicon import Hit, Term, lexicon, term
from flows.phrases import COMMA, STOP

_DIGITS = {"零": 0, "一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "半": 0}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "dozen": 12, "couple": 2, "few": 3, "several": 4, "twice": 2, "thrice": 3,
}  # fmt: skip
_TIMES = {"times", "time", "x", "次", "回", "遍", "趟", "場"}
_MINUTES = {"min", "mins", "minute", "minutes", "分", "minuets"}
_HOURS = {"hour", "hours", "hr", "hrs", "h", "小", "鐘"}
_DAYS = {"day", "days", "天", "日", "week", "weeks", "週"}
_SECONDS = {"sec", "secs", "second", "seconds", "s", "秒"}
_FLOORS = {
    "floor",
    "floors",
    "story",
    "stories",
    "storey",
    "storeys",
    "th",
    "nd",
    "rd",
    "樓",
    "層",
    "m",
    "meters",
    "metres",
    "feet",
    "ft",
}
_OTHER_UNITS = {
    "year", "years", "yo", "y", "old", "month", "months", "kg", "kgs", "lb", "lbs", "g", "mg", "ml", "mm", "cm", "am", "pm", "percent",
    "歲", "公", "斤", "月", "年", "號", "毫", "顆", "點", "元", "u", "units", "iu", "degrees", "度", "dollars", "usd", "ntd", "o",
}  # fmt: skip
_SECOND_COUNTS = (6, 10, 15, 20, 30)
HIGH, MIDDLE = 40, 30  # breaths a minute asleep: above HIGH red, above MIDDLE amber (clinical.md R3)
HOT, HOT_FAHRENHEIT = 39.4, 103.0
COLDEST, COLD = 30.0, 37.2  # a cat's temperature below COLD is too low; below COLDEST it is not one
SATURATION = (50, 93)  # per cent of oxygen in the blood that are too few
LONGEST_FIT = 5  # minutes
LOW_SUGAR_MG, LOW_SUGAR_MMOL = 60, 3.3  # glucose at or below: low for a cat on insulin (clinical.md R18)
MEASURES = frozenset(
    [
        "times2",
        "times3",
        "times8",
        "once",
        "hours",
        "day",
        "days",
        "min5",
        "minutes",
        "brief",
        "floors",
        "hot",
        "n_high",
        "n_middle",
        "n_low",
        "n_sat",
        "cold_n",
        "count2",
        "past_long",
        "every_n",
    ]
)  # what a number can come to mean
_PASSED_OVER = frozenset(
    {"個", "多", "more", "full", "whole", "long", "of", "好", "整"}
)  # "5 long minutes", "三個小時"


_NO_NUMBER_OF = frozenset("直起樣定些般邊點")  # what 一 stands before without counting
_STARTS = frozenset({*_DIGITS, *_WORDS, "十", "幾"})


class Number(NamedTuple):
    """``value`` from token ``start`` to before ``end``."""

    start: int
    end: int
    value: float


def numbers(words: list[str]) -> list[Number]:
    """Digits, English number words and Chinese numbers up to 199 ("六十幾" is 61, "七八次" is 7)."""
    found: list[Number] = []
    done = 0
    last = len(words) - 1
    for place in [n for n, word in enumerate(words) if word in _STARTS or (word < ":" and word >= "0")]:
        if place >= done and not (place < last and words[place] == "一" and words[place + 1] in _NO_NUMBER_OF):
            end, value = _number(words, place)
            if end > place:
                found.append(Number(place, end, value))
            done = end
    return found


def _number(words: list[str], place: int) -> tuple[int, float]:
    word = words[place]
    if "0" <= word < ":":
        return place + 1, float(word) if len(word) < 8 else 0.0
    if word in _WORDS:
        value, end = float(_WORDS[word]), place + 1
        if value >= 20 and end < len(words) and 0 < _WORDS.get(words[end], 0) < 10:
            return end + 1, value + _WORDS[words[end]]
        return end, value
    if word in _DIGITS or word == "十" or (word == "幾" and place + 1 < len(words) and words[place + 1] == "十"):
        return _chinese(words, place)
    return place, 0.0


def _chinese(words: list[str], place: int) -> tuple[int, float]:
    value, digit, end = 0, 0, place
    while end < len(words) and end - place < 6:
        sign = words[end]
        if sign == "十":
            value, digit = value + 10 * (digit or 1), 0
        elif sign == "百":
            value, digit = value + 100 * (digit or 1), 0
        elif sign == "幾":
            digit = digit or 3
        elif sign in _DIGITS:
            digit = digit or _DIGITS[sign]
        else:
            break
        end += 1
    return end, float(value + digit)


def measures(words: list[str]) -> list[Hit]:
    """One hit for each number that means something here, named by what it means (times2, min5, day, n_high, hot, floors …)."""
    found = numbers(words)
    heard = [Hit(n.start, n.end, _term(concepts)) for n in found if (concepts := _meaning(words, n))]
    fast = [Hit(a.start, b.end, _term(("n_high",))) for a, b in pairwise(found) if _is_fast(words, a, b)]
    return heard + fast


@lru_cache(maxsize=64)
def _term(concepts: tuple[str, ...]) -> Term:
    return term(concepts, lexicon().sections)


def _after(words: list[str], number: Number) -> str:
    """The unit: the word after a number, over words such as "個" and "more"."""
    place = number.end
    while place < len(words) and words[place] in _PASSED_OVER:
        place += 1
    return words[place] if place < len(words) else STOP


def _meaning(words: list[str], number: Number) -> tuple[str, ...]:
    value, unit = number.value, _after(words, number)
    next_but_one = words[number.end + 1] if number.end + 1 < len(words) else ""
    if unit in ("月", "年") and words[number.end] != "個":
        return ("past_long",)
    if 1990 <= value <= 2035 and value == int(value):
        return ("past_long", "chronic") if words[number.start - 1] in ("since", "自", "從") else ("past_long",)
    if unit in _TIMES:
        return _often(value)
    if (unit == "小" or unit in _HOURS or unit in _MINUTES) and words[number.start - 1] in (
        "every",
        "each",
        "每",
        "隔",
    ):
        return ("every_n",)
    if unit == "小" or unit in _HOURS:
        return ("hours", *(("day",) if value >= 12 else ()), *(("min5",) if value >= 1 else ()))
    if unit in _MINUTES and (unit != "分" or next_but_one != "之"):
        return ("minutes", *(("min5",) if value >= LONGEST_FIT else ("brief",)))
    if unit in _DAYS and value:
        return ("day", "days")
    if unit in _SECONDS:
        return ("brief",)
    if unit in _FLOORS and 2 <= value < 100:
        return ("floors",)
    concentration = unit in ("mg", "mmol") and next_but_one in ("per", "dl", "l")
    return _bare(value, unit, concentration)


def _often(value: float) -> tuple[str, ...]:
    rate = ("n_high",) if HIGH < value < 200 else ("n_middle",) if MIDDLE < value <= HIGH else ()
    return (
        *(("times2",) if value >= 2 else ("once",)),
        *(("times3",) if value >= 3 else ()),
        *(("times8",) if value >= 8 else ()),
        *rate,
    )


def _bare(value: float, unit: str, concentration: bool) -> tuple[str, ...]:
    hot = HOT < value < 43 or HOT_FAHRENHEIT < value < 110
    if concentration and (value <= LOW_SUGAR_MMOL or 10 <= value <= LOW_SUGAR_MG):
        return ("n_low",)
    if unit in _OTHER_UNITS and unit not in ("度", "degrees"):
        return ()
    concepts: list[str] = ["hot"] if hot else ["cold_n"] if COLDEST < value < COLD else []
    if value == int(value) and HIGH < value < 200:
        concepts.append("n_high")
    elif value == int(value) and MIDDLE < value <= HIGH:
        concepts.append("n_middle")
    elif value == int(value) and 2 <= value <= 20:
        concepts.append("count2")
    if SATURATION[0] <= value <= SATURATION[1]:
        concepts.append("n_sat")
    if LOW_SUGAR_MG >= value >= 10 or (value != int(value) and value <= LOW_SUGAR_MMOL):
        concepts.append("n_low")
    return tuple(concepts)


def _is_fast(words: list[str], one: Number, other: Number) -> bool:
    """Breaths counted for part of a minute: "14 times in 15 seconds", "15 秒 14 下"."""
    if other.start - one.end > 6 or any(word in (STOP, COMMA) for word in words[one.end : other.start]):
        return False
    for seconds, count in ((one, other), (other, one)):
        if (
            _after(words, seconds) in _SECONDS
            and seconds.value in _SECOND_COUNTS
            and _after(words, count) not in _SECONDS
        ):
            return 4 <= count.value < 100 and count.value * 60 / seconds.value > HIGH
    return False
