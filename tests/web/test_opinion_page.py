"""The opinion's form on both engines: a draft at each save, nothing lost between two doctors, every look and save written down."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows import opinion, vet_copy
from flows.case import Agreed, Call, Case, Status
from flows.opinion_draft import GIVEN, WRITING
from storage import cases
from storage.engine import Store
from tests.builders import NOON
from tests.web.test_case_pages import OWN, Ward, on_the_ward

FORM = "/case/case-1/opinion"
WHOLE = {name: f"Words on {name}." for name in opinion.HEADINGS}


def at_the_desk(
    store: Store, folder: Path, story: Callable[[Ward], Awaitable[None]], status: Status = Status.BOOKED
) -> None:
    """Two doctors, a call that has begun, and Lin signed in."""

    async def whole(ward: Ward) -> None:
        ward.office.desk.clinic = replace(clinic((LIN, WEBER)), second_reader=True)
        case = await now(ward)
        booked = replace(
            case, status=status, call=Call("lin", NOON, NOON, 1), review=replace(case.review, key="key", card=40)
        )
        await ward.office.desk.store.run(lambda conn: cases.save(conn, case, booked))
        await ward.enter()
        await story(ward)

    on_the_ward(store, folder, whole)


async def now(ward: Ward) -> Case:
    case = await ward.office.desk.store.read(lambda conn: cases.by_id(conn, "case-1"))
    assert case is not None
    return case


def test_a_save_keeps_a_draft_and_the_form_shows_it_again(store: Store, tmp_path: Path) -> None:
    """Without a script; half a form too."""

    async def story(ward: Ward) -> None:
        assert "/case/case-1/opinion" in (await ward.http.get("/case/case-1")).text
        assert "Is dialysis worth trying" in (await ward.http.get(FORM)).text
        answer = await ward.http.post(FORM, data={"version": "0", "fits": "Half a thought <b>", "wish": "save"})
        assert (answer.status_code, answer.headers["location"]) == (303, FORM)
        page = (await ward.http.get(FORM)).text
        assert "Half a thought &lt;b&gt;" in page
        assert 'name="version" value="1"' in page
        assert (await now(ward)).draft.author == "lin"
        noted = [view for view in await ward.views() if view[0].startswith("opinion")]
        assert noted == [("opinion", "0"), ("opinion_saved", "0"), ("opinion", "1")]

    at_the_desk(store, tmp_path, story)


def test_of_two_doctors_the_second_sees_both_texts_and_loses_none(store: Store, tmp_path: Path) -> None:
    """She puts them together and saves upon the newer version."""

    async def story(ward: Ward) -> None:
        other = ward.browser()
        await other.post(ward.link(WEBER.telegram))
        await ward.http.post(FORM, data={"version": "0", "fits": "Lin was here."})
        late = await other.post(FORM, data={"version": "0", "fits": "Weber thinks otherwise."})
        assert late.status_code == 409
        assert "Dr. Lin has saved another version" in late.text
        assert "Lin was here." in late.text
        assert "Weber thinks otherwise." in late.text
        assert opinion.read((await now(ward)).draft.text) == {"fits": "Lin was here."}
        assert 'name="version" value="1"' in late.text
        both = await other.post(FORM, data={"version": "1", "fits": "Lin was here. Weber thinks otherwise."})
        assert both.status_code == 303
        assert (await now(ward)).draft.author == "weber"
        await other.aclose()

    at_the_desk(store, tmp_path, story)


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_empty_sections_are_named_and_nothing_is_lost(store: Store, tmp_path: Path, language: str) -> None:
    """Given all the same at the second press, a colleague is asked in the group."""

    async def story(ward: Ward) -> None:
        form = WHOLE | {"test": "", "version": "0", "wish": "give"}
        answer = await ward.http.post(FORM, params={"language": language}, data=form)
        assert answer.status_code == 200
        for words in (
            ("Which test would settle it", "Give it all the same")
            if language == "en"
            else ("哪一項檢查可以釐清", "還是要交出去")
        ):
            assert words in answer.text
        assert (await now(ward)).draft.state == WRITING
        again = await ward.http.post(FORM, data=form | {"version": "1", "wish": "give_as_is"})
        assert again.status_code == 303
        assert (await now(ward)).draft.state == GIVEN
        await ward.office.desk.deliverer.idle()
        assert any("second pair of eyes" in text for text in ward.office.channels["staff"].texts())

    at_the_desk(store, tmp_path, story)


def test_the_paper_is_what_the_owner_would_get(store: Store, tmp_path: Path) -> None:
    """Saved first, then shown; the look is written down."""

    async def story(ward: Ward) -> None:
        answer = await ward.http.post(FORM, data=WHOLE | {"version": "0", "wish": "paper"})
        paper = await ward.http.get(answer.headers["location"])
        assert paper.content.startswith(b"%PDF")
        assert paper.headers["content-type"] == "application/pdf"
        assert ("opinion_paper", "1") in await ward.views()

    at_the_desk(store, tmp_path, story)


def test_the_page_for_the_vet_is_a_paper_of_its_own_and_the_practice_stands_on_the_case_page(
    store: Store, tmp_path: Path
) -> None:
    """As long as it has not left; afterwards the page says when it did."""

    async def story(ward: Ward) -> None:
        case = await now(ward)
        yes = Agreed(vet_copy.POINT, True, vet_copy.VERSION, NOON)
        wanted = replace(case, status=Status.ANSWERED, opinion="It fits.\n【For your vet】\nRepeat SDMA.", opinion_read_at=NOON, agreed=(yes,), vet_practice="Riverside <Vets>, info@riverside.example")  # fmt: skip
        await store.run(lambda conn: cases.save(conn, case, wanted) and None)
        page = (await ward.http.get("/case/case-1", params={"language": "en"})).text
        assert "Riverside &lt;Vets&gt;, info@riverside.example" in page
        assert 'href="/case/case-1/opinion.pdf?for=vet"' in page
        whole = await ward.http.get("/case/case-1/opinion.pdf")
        vets = await ward.http.get("/case/case-1/opinion.pdf?for=vet")
        assert [len(pypdfium2.PdfDocument(answer.content)) for answer in (whole, vets)] == [3, 2]
        before = await now(ward)
        sent = replace(before, vet_copy_at=NOON, vet_copy_by="lin")
        await store.run(lambda conn: cases.save(conn, before, sent) and None)
        assert "for=vet" not in (await ward.http.get("/case/case-1")).text

    at_the_desk(store, tmp_path, story)


def test_strangers_and_forms_of_other_sites_do_nothing(store: Store, tmp_path: Path) -> None:
    """The same answer as for a case that is not there."""

    async def story(ward: Ward) -> None:
        stranger = ward.browser()
        for answer in (
            await stranger.get(FORM),
            await stranger.post(FORM, data=WHOLE | {"version": "0"}),
            await stranger.get(f"{FORM}.pdf"),
            await ward.http.post(FORM, data=WHOLE | {"version": "0"}, headers={"sec-fetch-site": "cross-site"}),
            await ward.http.get("/case/case-2/opinion"),
            await ward.http.post("/case/case-2/opinion", data=WHOLE | {"version": "0"}, headers=OWN),
            await ward.http.get("/case/nothing/opinion"),
            await ward.http.post(FORM, content=b"fits=" + b"x" * 600_001),
        ):
            assert answer.status_code == 404
        assert (await now(ward)).draft.version == 0
        await stranger.aclose()

    at_the_desk(store, tmp_path, story)


def test_what_cannot_be_saved_stays_in_the_fields(store: Store, tmp_path: Path) -> None:
    """Too long, or the owner has the opinion already."""

    async def story(ward: Ward) -> None:
        long = await ward.http.post(FORM, data={"version": "0", "fits": "word " * 3000})
        assert long.status_code == 409
        assert "12000" in long.text
        assert "word word" in long.text
        case = await now(ward)
        ended = replace(case, status=Status.ANSWERED)
        await ward.office.desk.store.run(lambda conn: cases.save(conn, case, ended))
        late = await ward.http.post(FORM, params={"language": "en"}, data={"version": "0", "fits": "Too late."})
        assert late.status_code == 409
        assert "Too late." in late.text
        assert "nothing was saved" in late.text

    at_the_desk(store, tmp_path, story)
