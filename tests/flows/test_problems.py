"""The problems an owner can choose: their words fit, and every record of the clinic's table is asked for."""

import re

import pytest

from flows.problems import BRING, BUTTON, COMMON, LETTER, LINE, PROBLEM, PROBLEMS, QUESTION, checklist

_WORDS = [
    (f"{problem.id}: {where}", en, zh, most)
    for problem in PROBLEMS.values()
    for where, en, zh, most in (
        ("name", problem.en, problem.zh_Hant, PROBLEM),
        ("bring", problem.bring_en, problem.bring_zh_Hant, BRING),
        *((question.id, question.en, question.zh_Hant, QUESTION) for question in problem.questions),
        *((f"{q.id} {a.value}", a.en, a.zh_Hant, BUTTON) for q in problem.questions for a in q.choices),
        *((item.id, item.en, item.zh_Hant, LINE) for item in checklist(problem.id)),
        *((f"{item.id} letter", item.letter_en, item.letter_zh_Hant, LETTER) for item in checklist(problem.id)),
    )
]


def test_the_words_fit_where_they_are_shown() -> None:
    """Questions, buttons, lines and letters in both languages, the limits written out once more."""
    assert (QUESTION, BUTTON, PROBLEM, LINE, LETTER) == ((160, 160), (26, 14), (26, 12), (60, 60), (120, 120))
    assert [row for row in _WORDS if not 1 <= len(row[1]) <= row[3][0] or not 1 <= len(row[2]) <= row[3][1]] == []


def test_chinese_is_chinese() -> None:
    """Each Chinese text has Chinese in it."""
    assert [row for row in _WORDS if not re.search("[\u4e00-\u9fff]", row[2])] == []


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_checklist_names_each_record_once(problem: str) -> None:
    """The records of every case come last and are not repeated."""
    items = checklist(problem)
    assert items[-len(COMMON) :] == COMMON
    assert len({item.id for item in items}) == len(items)


def test_own_words_have_the_list_of_other() -> None:
    """An owner may write her problem instead of choosing one."""
    assert checklist("she sneezes") == checklist("other")
