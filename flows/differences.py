"""What on a file is unlike the cat of the case: another species, name, sex or age, a day that cannot be.

Facts are often wrong (a clinic's machine keeps the last patient's name), so a difference is a question to the owner and never a verdict.
A name is compared in its own script only: whether 「咪咪」 is "Mimi" nobody can tell from the letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from flows.case import Case, Record
from flows.days import day_words
from flows.summary import cat_name
from flows.wording import mark, say

CATS = ("feline", "felis", "cat", "kitten", "貓", "猫", "dsh", "dlh", "domestic short hair", "domestic long hair")
OTHERS = {
    "canine": mark("It says that the animal is a dog."), "canis": mark("It says that the animal is a dog."),
    "dog": mark("It says that the animal is a dog."), "犬": mark("It says that the animal is a dog."), "狗": mark("It says that the animal is a dog."),
    "rabbit": mark("It says that the animal is a rabbit."), "lagomorph": mark("It says that the animal is a rabbit."), "oryctolagus": mark("It says that the animal is a rabbit."),
    "兔": mark("It says that the animal is a rabbit."), "equine": mark("It says that the animal is a horse."), "equus": mark("It says that the animal is a horse."),
    "human": mark("It says that the patient is a person."), "homo": mark("It says that the patient is a person."),
    "avian": mark("It says that the animal is a bird."), "bird": mark("It says that the animal is a bird."), "ferret": mark("It says that the animal is a ferret."),
}  # fmt: skip
NAMELESS = frozenset({
    "anonymous", "anonymized", "anonymised", "anon", "unknown", "noname", "none", "test", "patient", "animal", "pet", "cat", "feline", "kitty",
    "male", "female", "mr", "mrs", "ms", "dsh", "dlh", "匿名", "未知", "無名", "貓", "猫", "貓咪", "先生", "小姐", "女士", "太太",
})  # fmt: skip
SLACK = 2.0  # years by which an age on a file may be off before anybody is asked
OLDEST = 30.0  # years: what claims more is no birthday
_PARTS = re.compile(r"[\^=,;/()（）\[\]、·・_\-\s]+")
_HAN = re.compile("[\u3400-\u9fff]")


def differs(case: Case, record: Record, today: date) -> tuple[str, ...]:
    """Each way in which its studies are unlike the cat, once, in the order of this page. Pages and pictures tell of none."""
    found = [one for study in record.facts.get("studies") or () for one in _of_study(case, study, today)]
    return tuple(dict.fromkeys(found))


def _of_study(case: Case, study: dict[str, object], today: date) -> Iterator[str]:
    if _species(study):
        yield "species"
    if alike(case.answers.get("cat_name", ""), str(study.get("patient") or "")) is False:
        yield "name"
    sex, said = _sex(str(study.get("sex") or "")), case.answers.get("cat_sex", "").partition("_")[0]
    if sex and said in ("female", "male") and sex != said:
        yield "sex"
    born, ages = _day(study.get("born")), _ages(case.answers.get("cat_age", ""))
    if (
        born
        and ages
        and (age := (today - born).days / 365.25) <= OLDEST
        and not ages[0] - SLACK <= age <= ages[1] + SLACK
    ):
        yield "born"
    made = _day(study.get("date"))
    if made and made > today + timedelta(days=1):  # the clinic's calendar may be a day ahead
        yield "future"
    if made and ((born and made < born) or (ages and made < today - timedelta(days=(ages[1] + SLACK) * 365.25))):
        yield "before"


# --- names ------------------------------------------------------------------------------------------------------------
def alike(cat: str, patient: str) -> bool | None:
    """Whether a patient's name ("Lin^Mimi", "MIMI (Chen)", 「林^咪咪」) may be the cat's; None where the two cannot be compared."""
    mine, theirs = _names(cat), [one for one in _names(patient) if one not in NAMELESS]
    together = ["".join(pair) for pair in pairwise(theirs)]
    whole = ["".join(mine)] if len({_script(one) for one in mine}) == 1 else []
    pairs = [(own, one) for own in {*mine, *whole} for one in {*theirs, *together} if _script(own) == _script(one)]
    return any(_near(own, one) for own, one in pairs) if pairs else None


def _names(text: str) -> list[str]:
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=[a-z])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[a-z])", " ", bare)
    return [one for one in _PARTS.split(apart) if any(sign.isalpha() for sign in one)]


def _script(name: str) -> str:
    if _HAN.search(name):
        return "han"
    letter = next((sign for sign in name if sign.isalpha()), "a")
    return unicodedata.name(letter, "?").split()[0]


def _near(own: str, one: str) -> bool:
    if own == one:
        return True
    if _script(own) == "han":
        return own in one or (len(one) > 1 and one in own)
    if len(own) >= 4 and own in one:  # "mimichen"
        return True
    return _slips(own, one) <= (0 if len(own) < 4 else 1 if len(own) < 7 else 2)


def _slips(one: str, other: str) -> int:
    """Letters that are wrong, missing, too many or swapped with their neighbour."""
    if abs(len(one) - len(other)) > 2:
        return 9
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        older, before, row = before, row, [at]
        for place, letter in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (sign != letter))
            if at > 1 and place > 1 and sign == other[place - 2] and one[at - 2] == letter:
                cost = min(cost, older[place - 2] + 1)
            row.append(cost)
    return row[-1]


def given_name(record: Record) -> str:
    """The animal's part of the name on a file, without the owner's where the two are parted; "" where there is none."""
    names = [str(study.get("patient") or "") for study in record.facts.get("studies") or ()]
    written = next((name for name in names if name.strip("^= ")), "")
    groups = [group for group in written.split("=") if group.strip("^ ")]
    parts = [part.strip() for part in (groups[0] if groups else "").split("^")]
    name = next((part for part in parts[1:] if part), parts[0] if parts else "")[:40]
    return name.title() if name.isupper() else name


# --- the others -------------------------------------------------------------------------------------------------------
def _species(study: dict[str, object]) -> str:
    """The sentence about another species; "" for a cat and where nobody can tell."""
    words = str(study.get("species") or "").casefold()
    if any(one in words for one in CATS):
        return ""
    return next((sentence for one, sentence in OTHERS.items() if one in words), "")


def _sex(said: str) -> str:
    word = said.strip().casefold()
    if word[:1] == "f" or (word[:1] in "母雌" and word):
        return "female"
    return "male" if word[:1] == "m" or (word and word[:1] in "公雄") else ""


def _ages(answer: str) -> tuple[float, float] | None:
    """The youngest and the oldest that the owner's answer means, in years; None where she does not know."""
    number, _, unit = answer.rpartition(" ")
    share = {"y": 1.0, "m": 1 / 12, "w": 1 / 52}.get(unit)
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", number)]
    if share is None or not numbers:
        return None
    if number.startswith("under"):
        return 0.0, numbers[0] * share
    return numbers[0] * share, OLDEST if number.endswith("+") else (numbers[-1] + 1) * share


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


# --- what the owner is told -------------------------------------------------------------------------------------------
def sentences(case: Case, record: Record) -> list[str]:
    """What is on the file, a sentence for each difference."""
    studies = record.facts.get("studies") or ()
    return [
        text
        for one in record.differs
        if (text := next((t for study in studies if (t := _said(case, one, study, record))), ""))
    ]


def _said(case: Case, kind: str, study: dict[str, object], record: Record) -> str:
    language = case.language
    made, born, sex = _day(study.get("date")), _day(study.get("born")), _sex(str(study.get("sex") or ""))
    match kind:
        case "species":
            return say(language, sentence) if (sentence := _species(study)) else ""
        case "name":
            return say(language, "The name on it is “{name}”.", name=given_name(record))
        case "sex" if sex:
            words = {"female": mark("The animal on it is female."), "male": mark("The animal on it is male.")}
            return say(language, words[sex])
        case "born" if born:
            return say(language, "The animal on it was born in {year}.", year=born.year)
        case "future" if made:
            return say(
                language, "It is dated {day}, and that is still to come.", day=day_words(made.isoformat(), language)
            )
        case "before" if made:
            day = day_words(made.isoformat(), language)
            return say(language, "It is dated {day}, before {cat} was born.", day=day, cat=cat_name(case, language))
    return ""
