"""Every transcript says what happens today, and together they reach all that an owner can meet.

``python -m tests.scenarios.play --update`` rewrites the answers after a change that was wanted. What is reached is found by playing.
"""

from functools import cache
from pathlib import Path

import pytest

from app.rehearsal.player import Player, play, written
from app.rehearsal.reached import Pressed
from flows.case import Status
from flows.gate import HUMAN
from flows.lifecycle import TRANSITIONS
from flows.places import PROMISES, country_of, promise
from flows.problems import PROBLEMS, sign
from flows.records_list import STATES
from flows.red_flags import AMBER, RED
from flows.route import OWNER
from flows.wording import LANGUAGES
from tests.scenarios.play import names

BOTH = pytest.mark.parametrize("language", LANGUAGES)


@cache
def played(path: Path) -> Player:
    """Each transcript is played once for all tests."""
    return play(path)


def everybody() -> list[Player]:
    """All transcripts, played."""
    return [played(path) for path in names()]


def presses(language: str = "") -> set[Pressed]:
    """Every button that an owner pressed, in one language or in any."""
    return {one for player in everybody() for one in player.presses if not language or one.language == language}


def told_by_button(player: Player) -> set[str]:
    """The problems whose every question this transcript answered by a button."""
    answered = {(one.step, one.value) for one in player.presses}
    return {
        problem.id
        for problem in PROBLEMS.values()
        if all(any((f"ask:{q.id}", a.value) in answered for a in q.choices) for q in problem.questions)
    }


@pytest.mark.parametrize("path", names(), ids=lambda path: path.stem)
def test_transcript_is_what_happens(path: Path) -> None:
    """The answers in the file are the answers given, and each case came back unchanged from its document between two turns."""
    assert written(played(path)).split("\n") == path.read_text(encoding="utf-8").split("\n")


# --- what they reach together -----------------------------------------------------------------------------------------
def test_every_problem_is_told_fully_by_buttons() -> None:
    """Nobody meets a question about an illness that no transcript shows answered."""
    assert {problem for player in everybody() for problem in told_by_button(player)} == set(PROBLEMS)


@BOTH
def test_half_of_the_problems_are_told_in_each_language(language: str) -> None:
    """Nine of them in this language, and some question about an illness answered in the owner's own words."""
    here = [player for player in everybody() if player.desk.case.language == language]
    assert len({problem for player in here for problem in told_by_button(player)}) >= 9
    values = {q.id: {a.value for a in q.choices} for problem in PROBLEMS.values() for q in problem.questions}
    answers = [(step, value) for player in here for step, value in player.desk.case.answers.items()]
    assert [value for step, value in answers if step[:4] == "ask:" and value not in values[step[4:]]]


def test_every_sign_is_reported_by_its_button() -> None:
    """All red signs at the gate, all amber ones on the list that follows it."""
    values = {one.value for one in presses()}
    assert {f"red:{one.id}" for one in RED} | {f"amber:{one.id}" for one in AMBER} <= values


@BOTH
def test_signs_are_reported_by_button_in_each_language(language: str) -> None:
    """About half of them in either."""
    values = {one.value for one in presses(language)}
    assert len(values & {f"red:{one.id}" for one in RED}) >= 10
    assert len(values & {f"amber:{one.id}" for one in AMBER}) >= 7


@BOTH
@pytest.mark.parametrize("step", ["story", "question", "advised"])
def test_an_emergency_is_heard_while_the_case_is_told(language: str, step: str) -> None:
    """In the account of the illness, in a question and in what the vet advised."""
    heard = [one for player in everybody() for one in player.heard]
    assert [one for one in heard if one[:3] == (language, Status.INTAKE, step) and one.sign[0] == "R"]


@BOTH
@pytest.mark.parametrize("status", [Status.REVIEW, Status.PAID, Status.BOOKED])
def test_an_emergency_is_heard_after_sending(language: str, status: Status) -> None:
    """While the doctors read, before a time is chosen and before the call."""
    heard = [one for player in everybody() for one in player.heard]
    assert [one for one in heard if one[:2] == (language, status) and one.sign[0] == "R"]


@BOTH
def test_amber_signs_are_heard_and_answers_about_the_illness_can_be_signs(language: str) -> None:
    """A sign of today and the question of letting go in words; both sorts of signs among the buttons about an illness."""
    heard = {one.sign for player in everybody() for one in player.heard if one.language == language}
    assert HUMAN in heard
    assert [one for one in heard if one[0] == "A" and one != HUMAN]
    found = {sign(one.step[4:], one.value)[:1] for one in presses(language) if one.step[:4] == "ask:"}
    assert {"R", "A"} <= found


def test_every_move_of_the_lifecycle_happens() -> None:
    """Each row of the table is gone through somewhere."""
    moves = {(move.came_from, move.trigger, move.went_to) for player in everybody() for move in player.moves}
    assert {(row.came_from, row.trigger, row.went_to) for row in TRANSITIONS} == moves


@BOTH
@pytest.mark.parametrize(("step", "value"), [("emergency", "vet"), ("reason", "peer")])
def test_a_veterinarian_comes_to_the_end_by_either_door(language: str, step: str, value: str) -> None:
    """From the gate and from the question what brings her, to the doctors."""
    came = [p for p in everybody() if any((one.language, one.step, one.value) == (language, step, value) for one in p.presses)]  # fmt: skip
    assert [player for player in came if player.desk.case.vet and player.desk.case.status is Status.REVIEW]


@BOTH
def test_all_three_promises_are_made(language: str) -> None:
    """Advice, advice with the home vet, and general information, among them for a city that is no button."""
    texts = "\n".join(line for p in everybody() if p.desk.case.language == language for line in p.paper.lines)
    wanted = {promise(country) for country in ("TW", "GB", "HK", country_of("Europe/Berlin"))}
    assert {one.id for one in wanted} == set(PROMISES)
    assert [one for one in wanted if one.sentence(language).format(cat=_your_cat(language)) not in texts] == []


@BOTH
def test_every_question_is_answered_and_consent_is_refused_once(language: str) -> None:
    """All stations of an owner's way, the points one by one, a no to one of them and to all, and the records in all three states."""
    answered = {one.step.partition(".")[0] for one in presses(language)}
    typed = {"language", "cat_name", "story"}  # the language is pressed before there is one
    assert {s for _, steps in OWNER for s in steps if s != "branch"} - answered - typed == set()
    pairs = {(one.step.partition(":")[0], one.value) for one in presses(language)}
    assert {("point", "yes"), ("point", "no"), ("consent", "refuse"), ("checklist", "letter")} <= pairs
    assert {value for _, value in pairs if value.startswith("opt:")} == {"opt:home_vet", "opt:teaching"}
    states = {v for p in everybody() for k, v in p.desk.case.answers.items() if k.startswith("check:") and p.desk.case.language == language}  # fmt: skip
    assert states >= {state for state in STATES if state != "will"}


@BOTH
def test_every_answer_about_the_records_is_given(language: str) -> None:
    """Whose a file is, a better picture or none, what a file is and what it is not."""
    values = {one.value for one in presses(language)} | {v for p in everybody() for v in _said_whose(p, language)}
    assert {"picture:promised", "picture:best", "whose:not", "whose:unsure"} <= values
    assert {kind for value in values for kind in ("sort:", "item:-", "item:") if value.startswith(kind)} == {
        "sort:",
        "item:-",
        "item:",
    }


def _said_whose(player: Player, language: str) -> list[str]:
    """Answers that were typed."""
    case = player.desk.case
    return [f"whose:{one.whose}" for one in case.records if case.language == language and one.whose]


def _your_cat(language: str) -> str:
    return {"en": "your cat", "zh_Hant": "您的貓咪"}[language]
