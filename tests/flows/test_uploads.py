"""The way to the upload page and back: where it is offered, and what a file that came through it does to the case."""

from dataclasses import replace
from typing import Any

import pytest

from flows import incoming as come
from flows.case import Record, Status
from flows.context import Decision
from flows.decide import decide
from flows.effects import UPLOAD, Open, Say, SendCopy
from flows.rights import PART_BYTES
from flows.uploads import CASE_BYTES, FILE_BYTES, MOST, too_much
from tests.builders import NOON, a_case
from tests.flows.test_review_findings import context

ANSWERS = {"problem": "kidney", "cat_name": "Mimi"}
FILE = come.Uploaded("f" * 32, "CD.zip", 300_000_000)


def case_at(**more: Any) -> Any:
    return a_case(**{"step": "records", "consent_at": NOON, "answers": ANSWERS, **more})


def doors(decision: Decision) -> int:
    """How many buttons lead to the upload page."""
    said = [effect for effect in decision.effects if isinstance(effect, Say)]
    return sum(button.url == UPLOAD for one in said for row in one.buttons for button in row)


def test_the_records_question_tells_the_limit_and_has_the_door() -> None:
    """Before it hurts; and the buttons that answer still stand for what they stood for."""
    decision = decide(case_at(), come.Asked("status"), context())
    (said,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert "20 MB" in said.text
    assert doors(decision) == 1
    answering = [button for row in said.buttons for button in row if not button.url]
    assert len(answering) == len(decision.case.options)
    assert [button.data.rpartition(".")[2] for button in answering[:2]] == ["0", "1"]


@pytest.mark.parametrize("status", [Status.INTAKE, Status.REVIEW, Status.MORE_NEEDED, Status.PAID])
def test_the_command_offers_a_link_at_any_stage_and_leaves_the_question_open(status: Status) -> None:
    case = case_at(status=status, screen="open", options=("done",))
    decision = decide(case, come.Asked("upload"), context())
    assert doors(decision) == 1
    assert (decision.case.screen, decision.case.options) == ("open", ("done",))


@pytest.mark.parametrize("more", [{"consent_at": None}, {"status": Status.CLOSED}])
def test_no_link_before_consent_or_after_the_end(more: dict[str, Any]) -> None:
    assert doors(decide(case_at(**more), come.Asked("upload"), context())) == 0


@pytest.mark.parametrize("status", [Status.INTAKE, Status.REVIEW, Status.MORE_NEEDED])
def test_a_file_too_large_for_the_chat_is_shown_the_door(status: Status) -> None:
    """Under the very message that says so."""
    sent = decide(case_at(status=status), come.Attached("document", "f", "u", "ct.zip", 21_000_000), context()).case
    decision = decide(sent, come.Due("album", ""), context())
    assert doors(decision) == 1
    assert any("over 20 MB" in effect.text for effect in decision.effects if isinstance(effect, Say))


def test_an_uploaded_file_is_a_record_and_is_opened() -> None:
    """A second time it changes nothing."""
    decision = decide(case_at(), FILE, context())
    (record,) = decision.case.records
    assert (record.unique, record.state, record.kind, record.size) == (
        f"upload:{'f' * 32}",
        "arriving",
        "document",
        FILE.size,
    )
    assert [effect for effect in decision.effects if isinstance(effect, Open)] == [
        Open("f" * 32, record.unique, "CD.zip")
    ]
    again = decide(decision.case, FILE, context())
    assert (again.case, again.effects) == (decision.case, ())


def test_when_it_is_stored_the_owner_hears_of_it_in_the_chat() -> None:
    case = decide(case_at(), FILE, context()).case
    stored = come.Stored(case.records[0].unique, "a" * 64, FILE.size, "", "", facts={"is": "zip"})
    decision = decide(decide(case, stored, context()).case, come.Due("album", ""), context())
    assert any("safely received: 1" in effect.text for effect in decision.effects if isinstance(effect, Say))
    assert decision.case.records[0].facts == {"is": "zip"}


def test_a_file_of_a_case_that_ended_meanwhile_is_not_noted() -> None:
    assert decide(case_at(status=Status.WITHDRAWN), FILE, context()).case.records == ()


def test_the_one_file_too_many_is_refused_and_told_of() -> None:
    records = tuple(Record(f"u{n}", "photo", "", 1, "stored") for n in range(MOST))
    case = decide(case_at(records=records, told=tuple(r.unique for r in records)), FILE, context())
    assert not any(isinstance(effect, Open) for effect in case.effects)
    decision = decide(case.case, come.Due("album", ""), context())
    assert any("CD.zip" in effect.text for effect in decision.effects if isinstance(effect, Say))


def test_limits_count_what_is_there_and_what_is_coming() -> None:
    case = case_at(records=(Record("u", "document", "", CASE_BYTES - 100, "stored"),))
    assert too_much(case, 60, 1, 40) == ""
    assert too_much(case, 60, 1, 41)
    assert too_much(case_at(), FILE_BYTES, 0, 0) == ""
    assert too_much(case_at(), FILE_BYTES + 1, 0, 0)
    assert too_much(case_at(), 1, MOST, 0)


def test_a_copy_leaves_out_what_no_chat_can_carry_and_says_so() -> None:
    small = Record("a", "document", "lab.pdf", 10, "stored", file="a" * 64)
    large = replace(small, unique="b", name="ct.zip", size=PART_BYTES + 1, file="b" * 64)
    effects = decide(case_at(records=(small, large)), come.Asked("export"), context()).effects
    assert [effect.files for effect in effects if isinstance(effect, SendCopy)] == [(f"K7M2QX/{'a' * 64}",)]
    (said,) = [effect for effect in effects if isinstance(effect, Say)]
    assert "ct.zip" in said.text
    assert "lab.pdf" not in said.text
