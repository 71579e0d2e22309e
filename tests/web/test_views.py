"""Colleagues' views on the case page, and what it holds back from a colleague who reads blind first; on both engines."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows.call_report import CallReport
from flows.case import Review
from flows.opinion_draft import WRITING, OpinionDraft
from flows.team import Inquiry, Team
from storage import case_pages, cases
from storage.case_pages import Remark
from storage.engine import Store
from tests.builders import NOON
from tests.web.test_case_pages import Ward, on_the_ward

GIVEN = Inquiry(
    1, "imaging", "lin", "done", "Is there a mass?", "lin", ("lin",), view="A mass, 3 cm.\nNo fluid.",
    certainty="likely", test="A <needle> aspirate", added="See the liver, too.", answered_at=NOON,
)  # fmt: skip
HELD_BACK = (
    "Infusions twice a week",
    "Creatinine 420",
    "dialysis",
    "drink more",
    "A mass, 3 cm.",
    "Old remark",
    "We can help",
    "She heard of a mass",
)
CALLED = CallReport("held", "lin", NOON, "lin", NOON, 1, "She heard of a mass")


async def shown(ward: Ward, person: int, state: str = "reading", **changes: Any) -> tuple[str, list[int]]:
    """The page as this doctor sees it while Dr. Weber is asked, and the answers to each record and to the form of the opinion."""
    asked = Inquiry(2, "oncology", "lin", state, "Malignant?", "weber", ("weber",), until=NOON)
    team = Team("lin", (GIVEN, replace(asked, **changes)))
    reviewed = Review(round=1, key="key", decision="go", decided_by="lin", decided_at=NOON, reason="We can help")
    ward.office.desk.clinic = clinic((LIN, WEBER))

    def prepared(conn: Any) -> None:
        case = cases.by_id(conn, "case-1")
        assert case is not None
        records = (replace(case.records[0], shows=("histology",)), *case.records[1:])
        more = {"reports": (CALLED,), "draft": OpinionDraft("Dialysis, then.", 1, WRITING, "lin", NOON)}
        cases.save(conn, case, replace(case, team=team, review=reviewed, records=records, **more))
        case_pages.add_remark(conn, Remark("case-1", NOON, "lin", "Old remark"))

    await ward.office.desk.store.run(prepared)
    browser = ward.browser()
    await browser.post(ward.link(person=person))
    page = (await browser.get("/case/case-1?language=en")).text
    ways = (*(f"files/{number}" for number in range(1, 5)), "opinion")
    answers = [(await browser.get(f"/case/case-1/{way}")).status_code for way in ways]
    await browser.aclose()
    return page, answers


def test_a_colleague_who_reads_first_is_shown_nothing_of_what_others_thought(store: Store, tmp_path: Path) -> None:
    """Neither words, decision, remarks, views nor a report; the question to her stands there."""

    async def story(ward: Ward) -> None:
        page, answers = await shown(ward, 9002)
        assert [words for words in HELD_BACK if words in page] == []
        assert "Malignant?" in page
        assert "Blind first read" in page
        assert answers == [404, 200, 200, 200, 404]

    on_the_ward(store, tmp_path, story)


def test_once_her_view_is_noted_everything_stands_there_side_by_side(store: Store, tmp_path: Path) -> None:
    """Who, how sure, the answer, the test; and every value is escaped."""

    async def story(ward: Ward) -> None:
        page, answers = await shown(ward, 9002, "testing", view="Yes.", certainty="sure")
        assert [words for words in HELD_BACK if words not in page] == []
        assert "Dr. Lin <small>imaging</small>" in page
        assert "A &lt;needle&gt; aspirate" in page
        assert "See the liver, too." in page
        assert "Blind first read" not in page
        assert answers == [200, 200, 200, 200, 200]

    on_the_ward(store, tmp_path, story)


def test_the_lead_and_a_question_that_shows_everything_are_not_blind(store: Store, tmp_path: Path) -> None:
    async def story(ward: Ward) -> None:
        for page, answers in (await shown(ward, 9001), await shown(ward, 9002, shown=True)):
            assert [words for words in HELD_BACK if words not in page] == []
            assert answers == [200, 200, 200, 200, 200]

    on_the_ward(store, tmp_path, story)
