"""The illnesses an owner can choose, each with its own questions and its checklist of records, from ``clinical/problems*.toml``.

Which records each problem needs follows the clinic's table of records (section (b) of its clinical notes, drawn from IRIS 2023,
AAFP/EveryCat 2022, AAHA 2018 and the sources named there); rows of general professional knowledge are marked in the files.
A record is defined once and named by every problem that needs it, so what the owner answered stays true when she changes the problem.
The whole is a draft until the clinic's doctors sign it; its version is kept with every case that was shown it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flows.checklist import Answer, Catalogue, Item, Problem, Question
from flows.problem_files import read
from flows.red_flags import ListRefused

__all__ = [
    "COMMON",
    "PROBLEMS",
    "STATUS",
    "VERSION",
    "Answer",
    "Catalogue",
    "Item",
    "ListRefused",
    "Problem",
    "Question",
    "catalogue",
    "checklist",
    "every_item",
    "named",
    "sign",
]

_FOLDER = Path(__file__).with_name("clinical")


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue that is shipped with the program."""
    return read({file.name: file.read_text(encoding="utf-8") for file in sorted(_FOLDER.glob("problems*.toml"))})


VERSION = catalogue().version
STATUS = catalogue().status
COMMON = catalogue().common
PROBLEMS = catalogue().problems


def checklist(problem_id: str) -> tuple[Item, ...]:
    """The problem's records, then those of every case. What the owner wrote in her own words has the list of “other”."""
    return PROBLEMS.get(problem_id, PROBLEMS["other"]).items + COMMON


@lru_cache(maxsize=1)
def every_item() -> Mapping[str, Item]:
    """All lines of all checklists by id, whichever problem asks for them."""
    return {item.id: item for name in PROBLEMS for item in checklist(name)}


def named(text: str) -> str:
    """The problem that is meant by its name in either language, or by a part of it that no other name has; "" if none is."""
    said = text.casefold().strip(" .!。！")
    return _names().get(said, "") or _names().get(f"{said}s", "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for problem in PROBLEMS.values():
        for name in (problem.en.casefold(), problem.zh_Hant.casefold()):
            for part in (name, *re.split(r"[,、]\s*", name)):
                found.setdefault(part, set()).add(problem.id)
    # "FIP" alone does not say whether it is treated.
    return {part: ids.copy().pop() for part, ids in found.items() if len(ids) == 1 and part != "fip"}


def sign(question_id: str, value: str) -> str:
    """The id of the sign in ``red_flags.toml`` that this answer is, "" if it is none.

    The emergency questions were asked before, but a cat may have got worse since, and an owner may not have seen a sign as one.
    """
    return catalogue().signs.get((question_id, value), "")
