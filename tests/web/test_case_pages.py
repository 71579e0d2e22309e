"""The case page on both engines: who comes in, what is shown, and that everything else is one and the same answer."""

import io
import json
import struct
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from pydicom import dcmread
from sqlalchemy import Connection

from desk.case_pages import CasePages
from desk.enrolment import dismiss, give_code, redeem
from desk.sign_in_links import SignIn, sign_in_link
from flows.case import Call, Pending, Review, Status
from flows.summary import instant
from flows.team import Team
from flows.wording import say
from storage import case_pages, cases
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.records.scanner import ct
from tests.web.ward import a_case_with, a_few, shelf_in, taken_in
from web.app import make_app

LIN = 9001
OWN = {"sec-fetch-site": "same-origin"}
PRIVATE = ("Mei Lin", "+886912345678", "Zhongxiao", "mei@example.org")


async def _no_state() -> Mapping[str, Any]:
    return {}


class Ward:
    """The app, a case with one record of each sort, and a browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.shelf = shelf_in(folder)
        self.pages = CasePages(office.desk, self.shelf, https=False)
        app = make_app({}, _no_state, "", office.desk.links, pages=self.pages)
        self._app = app
        self.http = self.browser()
        self.chance = 0

    def browser(self) -> httpx.AsyncClient:
        """A new one, without cookies."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://here", headers=OWN)

    def link(self, person: int = LIN, case: str = "case-1") -> str:
        """A fresh one, as the staff bot makes it when it sends it."""
        self.chance += 1
        return f"/sign-in/{sign_in_link(self.office.desk.links, SignIn(case, person, f'{self.chance:016x}'), self.office.now)}"

    async def enter(self) -> httpx.Response:
        """Signed in, on the page of the case."""
        answer = await self.http.post(self.link())
        assert (answer.status_code, answer.headers["location"]) == (303, "/case/case-1")
        return await self.http.get("/case/case-1")

    async def views(self, case: str = "case-1") -> list[tuple[str, str]]:
        """What was noted: what and which part."""
        rows = await self.office.desk.store.read(lambda conn: case_pages.views_of(conn, case))
        return [(row.what, row.part) for row in rows]


def on_the_ward(store: Store, folder: Path, story: Callable[[Ward], Awaitable[None]]) -> None:
    """Plays a story."""

    async def whole(office: Office) -> None:
        ward = Ward(office, folder)
        records = a_few(ward.shelf)
        records.append(replace(records[0], unique="p2", state="refused", problem="too_big"))
        answers = {"phone": PRIVATE[1], "owner_name": PRIVATE[0], "address": PRIVATE[2], "email": PRIVATE[3]}
        case = a_case_with(records)
        case = replace(case, answers={**case.answers, **answers})
        await store.run(lambda conn: cases.insert(conn, case))
        draft = a_case(id="case-2", code="DRAFT22", chat=1002, records=tuple(records))
        await store.run(lambda conn: cases.insert(conn, draft))
        try:
            await story(ward)
        finally:
            await ward.http.aclose()
            await ward.pages.close()

    in_office(store, whole)


def test_a_link_opens_the_page_once_and_for_ten_minutes(store: Store, tmp_path: Path) -> None:
    """Looking at it uses nothing up; a second use, an altered letter and the eleventh minute are all the same answer."""

    async def story(ward: Ward) -> None:
        link = ward.link()
        assert [(await ward.http.get(link)).status_code for _ in range(2)] == [200, 200]
        assert (await ward.http.post(link)).status_code == 303
        page = await ward.http.get("/case/case-1")
        assert page.status_code == 200
        assert "Miso" in page.text
        assert page.text.count('<li id="record-') == 4
        other = ward.browser()
        missing = await other.get("/case/nothing")
        late, altered = ward.link(), ward.link()
        altered = altered[:-1] + ("A" if altered[-1] != "A" else "B")
        ward.office.later(minutes=11)
        for bad in (
            link,
            late,
            altered,
            "/sign-in/x",
            ward.link(person=999),
            ward.link(case="case-2"),
            ward.link(case="none"),
        ):
            answer = await other.post(bad)
            assert (answer.status_code, answer.text) == (404, missing.text)
            assert "set-cookie" not in answer.headers
        await other.aclose()

    on_the_ward(store, tmp_path, story)


def test_a_session_ends_after_a_day_by_signing_out_and_when_the_doctor_leaves(store: Store, tmp_path: Path) -> None:
    """A copy of the cookie is worth nothing afterwards."""

    async def story(ward: Ward) -> None:
        await ward.enter()
        ward.office.later(hours=7, minutes=59)
        assert (await ward.http.get("/case/case-1")).status_code == 200
        ward.office.later(minutes=1)
        assert (await ward.http.get("/case/case-1")).status_code == 404
        await ward.enter()
        copy = dict(ward.http.cookies)
        assert (await ward.http.post("/sign-out")).status_code == 200
        assert (await ward.http.get("/case/case-1", headers={"cookie": f"doctor={copy['doctor']}"})).status_code == 404
        await ward.enter()
        ward.office.desk.clinic = replace(ward.office.desk.clinic, doctors=())
        assert (await ward.http.get("/case/case-1")).status_code == 404

    on_the_ward(store, tmp_path, story)


ROUTES = (
    "", "/files/1", "/files/1/thumb", "/files/1/preview", "/files/1/picture", "/files/1/original", "/files/2/picture", "/files/3", "/files/3/contents",
    "/files/3/slices?series=0&first=0&count=2", "/files/4/original",
)  # fmt: skip


def test_a_dismissed_doctor_is_out_with_the_next_request_and_an_account_enrolled_by_code_gets_in(store: Store, tmp_path: Path) -> None:  # fmt: skip
    """Sessions and links alike, whatever number clinic.toml still has."""

    async def story(ward: Ward) -> None:
        desk, now = ward.office.desk, ward.office.now
        await ward.enter()
        unused = ward.link()
        await desk.store.run(lambda conn: dismiss(conn, "lin", now))
        assert (await ward.http.get("/case/case-1")).status_code == 404
        assert (await ward.browser().get(unused)).status_code == 404
        assert (await ward.browser().post(unused)).status_code == 404
        await desk.store.run(lambda conn: give_code(conn, "lin", "ACDE-FGHJ-KMNP", now))
        await desk.store.run(lambda conn: redeem(conn, "ACDE-FGHJ-KMNP", 7001, "en", desk.moment()))
        assert (await ward.browser().post(ward.link(7001))).status_code == 303
        assert (await ward.http.get("/case/case-1")).status_code == 404

    on_the_ward(store, tmp_path, story)


def test_whoever_may_not_see_a_thing_is_answered_as_if_it_were_not_there(store: Store, tmp_path: Path) -> None:
    """Roles by routes by objects: a stranger, a forged cookie, a doctor who left; an own case, a draft, no case, no record, a refused one."""

    async def story(ward: Ward) -> None:
        stranger = ward.browser()
        missing = (await stranger.get("/case/nothing")).text
        forged = [{}, {"cookie": "doctor=forged"}, {"cookie": "doctor=" + "0" * 64}, {"cookie": f"doctor={LIN}"}]
        denied = 0
        for route in ROUTES:
            for case in ("case-1", "case-2", "nothing"):
                for headers in forged:
                    answer = await stranger.get(f"/case/{case}{route}", headers=headers)
                    assert (answer.status_code, answer.text) == (404, missing), route
                    denied += 1
        before = await ward.views()
        assert before == []
        await ward.enter()
        elsewhere = [f"/case/{case}{route}" for route in ROUTES for case in ("case-2", "nothing")]
        elsewhere += [
            f"/case/case-1/files/{number}{rest}"
            for number in ("0", "5", "6", "-1", "²", "1e1", "9999999")
            for rest in ("", "/thumb", "/preview", "/original", "/picture")
        ]
        elsewhere += [
            "/case/case-1/files/1/contents",
            "/case/case-1/files/4/picture",
            "/case/case-1/files/3/slices?series=7",
            "/case/case-1/files/3/slices?first=999",
            "/case/case-1/files/3/slices?first=-1",
            "/case/case-1/files/3/picture?part=0",
        ]
        for path in elsewhere:
            answer = await ward.http.get(path)
            assert (answer.status_code, answer.text) == (404, missing), path
            denied += 1
        assert all(one[0] != "record" for one in await ward.views("case-2"))
        for route in ROUTES:
            assert (await ward.http.get(f"/case/case-1{route}")).status_code == 200, route
        assert denied == len(ROUTES) * 3 * len(forged) + len(elsewhere)
        await stranger.aclose()

    on_the_ward(store, tmp_path, story)


def test_every_look_and_download_is_noted_before_it_is_answered(store: Store, tmp_path: Path) -> None:
    """Thumbnails belong to the look at the page."""

    async def story(ward: Ward) -> None:
        await ward.enter()
        for route in (
            "/files/1/thumb",
            "/files/1",
            "/files/2/picture?page=1",
            "/files/3/slices?series=0&first=2&count=3",
            "/files/1/original",
        ):
            assert (await ward.http.get(f"/case/case-1{route}")).status_code == 200
        await ward.http.post("/case/case-1/remarks", data={"text": "Small kidneys.\nI would not dialyse."})
        page = await ward.http.get("/case/case-1")
        assert "Small kidneys." in page.text
        assert "I would not dialyse." in page.text
        assert await ward.views() == [
            ("signed_in", ""),
            ("page", ""),
            ("record", ""),
            ("picture", "1"),
            ("slices", "0 2 3"),
            ("original", ""),
            ("remark", ""),
            ("page", ""),
        ]

    on_the_ward(store, tmp_path, story)


def test_forms_of_other_sites_do_nothing(store: Store, tmp_path: Path) -> None:
    """Neither signing in nor out nor a remark; and the cookie does not leave this site."""

    async def story(ward: Ward) -> None:
        answer = await ward.http.post(ward.link())
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        foreign = {"sec-fetch-site": "cross-site"}
        assert (await ward.http.post("/case/case-1/remarks", data={"text": "no"}, headers=foreign)).status_code == 404
        await ward.http.post("/sign-out", headers=foreign)
        page = await ward.http.get("/case/case-1")
        assert page.status_code == 200
        assert "<ul class='remarks'>" not in page.text
        fresh = ward.browser()
        assert (await fresh.post(ward.link(), headers=foreign)).status_code == 404
        await fresh.aclose()

    on_the_ward(store, tmp_path, story)


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_the_pages_name_no_owner_and_run_nothing_but_our_scripts(store: Store, tmp_path: Path, language: str) -> None:
    """No name, phone, address or file name of hers in either language; what she wrote is text, never markup."""

    async def story(ward: Ward) -> None:
        await ward.enter()
        for path in ("/case/case-1", "/case/case-1/files/1", "/case/case-1/files/3"):
            answer = await ward.http.get(path, params={"language": language})
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert [word for word in PRIVATE if word in answer.text] == []
        await ward.http.post("/case/case-1/remarks", data={"text": "<script>alert(1)</script>"})
        assert "<script>alert" not in (await ward.http.get("/case/case-1")).text
        original = await ward.http.get("/case/case-1/files/1/original")
        assert original.headers["content-disposition"] == 'attachment; filename="K7M2QX-1.jpg"'
        assert "sandbox" in original.headers["content-security-policy"]

    on_the_ward(store, tmp_path, story)


@pytest.mark.parametrize(("doctor", "lead", "shown"), [("lin", "", True), ("weber", "lin", True), ("weber", "", False)])
def test_the_number_is_read_by_the_doctor_of_the_call_and_the_lead_alone(
    store: Store, tmp_path: Path, doctor: str, lead: str, *, shown: bool
) -> None:
    """The owner was promised it; and once the call is over it is nobody's."""

    async def story(ward: Ward) -> None:
        case = await ward.office.desk.store.read(lambda conn: cases.by_id(conn, "case-1"))
        assert case is not None
        call = Call(doctor, NOON, NOON + timedelta(minutes=30), 1)
        booked = replace(case, status=Status.BOOKED, call=call, revision=1, phone=PRIVATE[1], team=Team(lead))
        await ward.office.desk.store.run(lambda conn: cases.save(conn, case, booked))
        assert (PRIVATE[1] in (await ward.enter()).text) == shown
        now = await ward.office.desk.store.read(lambda conn: cases.by_id(conn, "case-1"))
        assert now is not None
        over = replace(now, status=Status.ANSWERED)
        await ward.office.desk.store.run(lambda conn: cases.save(conn, now, over))
        assert PRIVATE[1] not in (await ward.http.get("/case/case-1")).text

    on_the_ward(store, tmp_path, story)


def slices_in(body: bytes) -> list[tuple[dict[str, Any], np.ndarray[Any, Any]]]:
    """As web/static/view/values.js reads them: stored numbers of each image."""
    found, at = [], 0
    while at < len(body):
        words, size = struct.unpack_from("<II", body, at)
        head = json.loads(body[at + 8 : at + 8 + words])
        raw = zlib.decompress(body[at + 8 + words : at + 8 + words + size])
        at += 8 + words + size
        count = head["rows"] * head["columns"]
        low, high = np.frombuffer(raw[:count], "u1"), np.frombuffer(raw[count:], "u1")
        steps = (low.astype("u2") | high.astype("u2") << 8).reshape(head["rows"], head["columns"])
        numbers = np.cumsum(steps, axis=1, dtype="u2").view(f"<{head['type']}")
        found.append((head, numbers))
    return found


def test_the_numbers_of_a_ct_are_those_of_pydicom(store: Store, tmp_path: Path) -> None:
    """Slope and intercept included, in the order of the scan."""

    async def story(ward: Ward) -> None:
        await ward.enter()
        answer = await ward.http.get("/case/case-1/files/3/slices?series=0&first=0&count=12")
        shown = slices_in(answer.content)
        assert len(shown) == 12
        for number, (head, numbers) in enumerate(shown, 1):
            wanted = dcmread(io.BytesIO(ct(number, side=64)))
            slope, intercept = float(wanted.RescaleSlope), float(wanted.RescaleIntercept)
            assert np.array_equal(numbers * head["slope"] + head["intercept"], wanted.pixel_array * slope + intercept)

    on_the_ward(store, tmp_path, story)


def test_a_file_that_cannot_be_drawn_can_be_downloaded(store: Store, tmp_path: Path) -> None:
    """A child that fails says so, with a status of its own; the page stands."""

    async def story(ward: Ward) -> None:
        await ward.enter()
        broken = taken_in(ward.shelf, b"%PDF-1.7\nbroken", "b1")
        broken = replace(broken, facts={"is": "pdf", "pages": 1}, problem="", preview="", thumb="", state="stored")

        def add(conn: Connection) -> None:
            case = cases.by_id(conn, "case-1")
            assert case is not None
            cases.save(conn, case, replace(case, records=(*case.records, broken)))

        await ward.office.desk.store.run(add)
        assert (await ward.http.get("/case/case-1/files/6/picture")).status_code == 422
        assert (await ward.http.get("/case/case-1/files/6/original")).content == b"%PDF-1.7\nbroken"
        assert (await ward.http.get("/case/case-1/files/6")).status_code == 200

    on_the_ward(store, tmp_path, story)


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_a_decision_that_can_be_undone_is_shown_with_who_takes_it(store: Store, tmp_path: Path, language: str) -> None:
    """First who is writing the reason, then what was decided and until when it can be undone."""

    async def changed_to(ward: Ward, review: Review) -> str:
        def write(conn: Connection) -> None:
            case = cases.by_id(conn, "case-1")
            assert case is not None
            cases.save(conn, case, replace(case, review=review))

        await ward.office.desk.store.run(write)
        return (await ward.http.get("/case/case-1", params={"language": language})).text

    async def story(ward: Ward) -> None:
        await ward.enter()
        at = ward.office.now
        writing = await changed_to(ward, Review(1, "key", asked="go", asked_by=LIN, asked_doctor="lin", asked_at=at))
        sentence = "{doctor} has been writing the reason since {at}."
        assert say(language, sentence, doctor="Dr. Lin", at=instant(at, "Asia/Taipei", language)) in writing
        made = Pending("go", "lin", at, at + timedelta(minutes=2), "We can advise on the kidneys.")
        pending = await changed_to(ward, Review(1, "key", pending=made))
        assert "We can advise on the kidneys." in pending
        assert "Dr. Lin" in pending
        assert instant(made.until, "Asia/Taipei", language) in pending
        assert say(language, "Since then") in pending

    on_the_ward(store, tmp_path, story)
