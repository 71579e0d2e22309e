"""Erased is erased: a whole journey is played on both engines, and afterwards every table and file is searched for its canaries."""

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import Connection

from app.rehearsal.clinic import LIN
from desk.copies import gather, zipped
from desk.orders import CHANNEL, erase_order
from desk.receive import ByCase, ByChat, Envelope
from desk.sending import Failed, Outcome, Sent
from flows.case import Call, Case, Payment, Record, Review, Status
from flows.clinic import Clinic
from flows.effects import SendCopy
from flows.incoming import Asked, Attached, Due, Posted, Pressed, Said, SharedContact, Stored, TopicOpened
from storage import bookings, case_pages, cases, erasure, files, inbox, ledger, optouts, outbox, posts, timers
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from storage.shelf import Shelf, name_of
from storage.tables import Rows
from tests.builders import NOON, a_case
from tests.desk.office import Channel, Office, in_office
from tests.storage.doing import do

CHAT, PHONE, CAT, WORDS, FILE_NAME = 700123456789, "+447700900123", "Schnurrbert", "zinnober", "kanarien.jpg"
CANARIES = (str(CHAT), PHONE.lstrip("+"), CAT, WORDS, "kanarien")
ALIEN = a_case(id="alien", code="ALIENX", chat=5, answers={"cat_name": "Miso"}, phone="+15550001", vouched=True)


def everything(conn: Connection) -> str:
    """Every row of every table as text."""
    return "\n".join(repr(tuple(row)) for table in Rows.metadata.sorted_tables for row in conn.execute(table.select()))


def left(store: Store) -> list[str]:
    """The canaries that still stand anywhere in the database."""
    whole = do(store, everything)
    return [word for word in CANARIES if word in whole]


class Hands(Channel):
    """The channel "fetch" with a real shelf: a file holds its own name."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        super().__init__()
        self.store = store
        self.shelf = shelf

    async def send(self, row: OutboxRow) -> Outcome:
        """What ``bot.session.Fetcher`` does, without Telegram."""
        self.sent.append(row)
        if row.kind == "unshelve":
            for sha in row.payload["files"]:
                await self.store.run(lambda conn, sha=sha: erasure.take_away(self.shelf, sha, conn))
            return Sent()
        if row.kind == "scrub":
            await self.store.scrub()
            return Sent()
        data, small = f"original {row.payload['name']}".encode(), f"preview {row.payload['name']}".encode()
        line = files.FileLine(name_of(data), "jpeg", len(data), name_of(small))
        if not await self.store.run(lambda conn: files.keep(conn, row.case_id, line, row.payload["name"], NOON)):
            return Failed("no_longer_wanted")
        self.shelf.put(data)
        self.shelf.put(small)
        return Sent(answer=Stored(row.payload["unique"], line.sha256, len(data), line.preview, ""))


def _booked(store: Store) -> None:
    """A case of the person with everything that a case can have, beside what can be played below."""
    case = a_case(
        id="tofu", code="TOFUXX", chat=CHAT, status=Status.BOOKED, step="", answers={"cat_name": CAT, "illness": WORDS},
        consent_at=NOON, submitted_at=NOON, phone=PHONE, vouched=True, sms=True, zone="Europe/London", notes=(WORDS,),
        review=Review(1, "key", topic=7, card=70, decision="go", decided_by="lin", decided_at=NOON, reason=WORDS),
        payment=Payment(300_000, "TWD", 1, "cs_secret", state="paid", paid_at=NOON),
        call=Call("lin", NOON + timedelta(days=2), NOON + timedelta(days=2, minutes=30), 1), opinion=WORDS,
    )  # fmt: skip
    do(store, cases.insert, case)
    do(store, bookings.hold, "tofu", LIN.key, case.call.starts_at, case.call.ends_at, case.call.ends_at, NOON)  # type: ignore[union-attr]
    do(store, bookings.confirm, "tofu", NOON)
    do(store, cases.add_history, "tofu", NOON, "review", "go", "accepted", "lin", WORDS)
    do(store, ledger.add, "tofu", "stripe", "cs_secret", "paid", 300_000, "TWD", NOON)
    do(store, timers.wake, "tofu", "remind", "24:1", NOON + timedelta(days=1))
    do(store, case_pages.note, case_pages.View("tofu", NOON, "lin", 9001, "page"))
    do(store, case_pages.add_remark, case_pages.Remark("tofu", NOON, "lin", WORDS))
    for number, role in ((70, "card"), (71, "prompt"), (72, "note")):
        do(store, posts.remember, -100, number, "tofu", role)
    do(store, optouts.stop, PHONE, NOON)
    do(store, optouts.stop, "+15550001", NOON)


async def _journey(office: Office) -> None:
    """A second cat, half filled in, with files; and rows of every state, and updates that failed."""
    await office.owner(Asked("new"), CHAT)
    case = await office.desk.store.read(lambda conn: cases.by_chat(conn, CHAT))
    assert case is not None
    filled = Case(
        **{**case.__dict__, "consent_at": NOON, "answers": {"cat_name": CAT}, "step": "records", "screen": "w"}
    )
    await office.desk.store.run(lambda conn: cases.save(conn, case, filled))
    await office.owner(Attached("document", "f1", "u1", FILE_NAME, 100, WORDS), CHAT)
    await office.owner(Attached("document", "f2", "u2", "shared.jpg", 100), CHAT)
    await office.owner(SharedContact(PHONE, own=True), CHAT)
    raw = json.dumps({"message": {"chat": {"id": CHAT}, "text": WORDS}}).encode()
    sms = json.dumps({"sid": "SM1", "case": "tofu", "body": WORDS}).encode()
    store = office.desk.store
    for _ in range(inbox.TRIES):
        await store.run(lambda conn: inbox.fail(conn, "owner", "dead", raw, "KeyError", office.now))
    await store.run(lambda conn: inbox.fail(conn, "sms", "failed", sms, "KeyError", office.now))
    await store.run(lambda conn: inbox.fail(conn, "owner", "alien", b'{"id":5,"text":"x"}', "KeyError", office.now))
    await store.run(lambda conn: _rows_of_every_state(conn, office))


def _rows_of_every_state(conn: Connection, office: Office) -> None:
    later = office.now + timedelta(days=1)
    rows = [
        Outgoing("owner", str(CHAT), "say", {"text": WORDS}, "may-repeat", "tofu", later),
        Outgoing("sms", PHONE, "text", {"number": PHONE, "body": WORDS}, "ask-first", "tofu"),
        Outgoing("staff", "tofu", "post", {"text": CAT}, "may-repeat", "tofu"),
        Outgoing("fetch", f"{CHAT}/u9", "fetch", {"name": FILE_NAME}, "safe", "tofu"),
        Outgoing("owner", "5", "say", {"text": "to the alien"}, "may-repeat", "alien", later),
    ]
    claimed = outbox.put(conn, rows, office.now)
    outbox.doubt(conn, claimed[0], office.now, "no_answer")
    outbox.bury(conn, claimed[1], office.now, "refused")  # claimed[2] is being sent this moment


async def _ordered(office: Office) -> None:
    """The same wish by letter: somebody who looks after the service has typed a code."""
    order = erase_order("key", "TOFUXX")
    await office.desk.store.run(lambda conn: inbox.hand_in(conn, CHANNEL, "key", order, office.now - timedelta(days=9)))
    await office.desk.retry_failed(1)
    await office.desk.deliverer.idle()


async def _erase(office: Office) -> None:
    await office.owner(Asked("erase"), CHAT)
    case = await office.desk.store.read(lambda conn: cases.by_chat(conn, CHAT))
    assert case is not None
    await office.owner(Pressed(f"{case.screen}.0"), CHAT)


def _played(store: Store, folder: Path, erase: Callable[[Office], Awaitable[None]] = _erase) -> Office:
    _booked(store)
    do(store, cases.insert, ALIEN)
    shelf = Shelf(folder)

    async def story(office: Office) -> Office:
        office.channels["fetch"] = Hands(store, shelf)
        office.desk.connect(office.channels)
        await _journey(office)
        line = files.FileLine(name_of(b"original shared.jpg"), "jpeg", 1, name_of(b"preview shared.jpg"))
        await store.run(lambda conn: files.keep(conn, "alien", line, "mine.jpg", NOON))
        assert set(left(store)) == set(CANARIES)
        assert b"original kanarien.jpg" in {file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        await erase(office)
        for _ in range(3):
            office.later(hours=3)
            await office.sweep()
        return office

    return in_office(store, story)


@pytest.mark.parametrize("erase", [_erase, _ordered], ids=["by herself", "by letter"])
def test_nothing_is_left_but_what_is_declared(
    store: Store, tmp_path: Path, erase: Callable[[Office], Awaitable[None]]
) -> None:
    """Tables, files, and what others own stays whole."""
    office = _played(store, tmp_path / "files", erase)
    assert left(store) == []
    contents = {file.read_bytes() for file in (tmp_path / "files").rglob("*") if file.is_file()}
    assert contents == {b"original shared.jpg", b"preview shared.jpg"}
    assert (do(store, case_pages.views_of, "tofu"), do(store, case_pages.remarks_of, "tofu")) == ([], [])
    kept = do(store, ledger.of_case, "TOFUXX")
    assert [(line.amount, line.currency, line.at, line.kind) for line in kept] == [(300_000, "TWD", NOON, "paid")]
    assert kept[0].reference.startswith("erased:")
    assert do(store, cases.by_id, "alien") == ALIEN
    assert do(store, bookings.taken, NOON, NOON + timedelta(days=9), NOON) == []
    assert "to the alien" in do(store, everything)
    assert [row.key for row in do(store, inbox.due, NOON + timedelta(days=9), 9)] == ["alien"]
    assert [row.kind for row in office.channels["owner"].sent][-1] == "farewell"


def test_a_stop_holds_after_the_erasure_and_a_start_ends_it(store: Store, tmp_path: Path) -> None:
    """The number itself is not in the table any more; another's is untouched."""
    _played(store, tmp_path / "files")
    assert do(store, optouts.stopped, PHONE)
    assert do(store, optouts.stopped, "+15550001")
    do(store, optouts.start, PHONE)
    assert not do(store, optouts.stopped, PHONE)


def test_the_staff_deletes_and_is_told_to_refund(store: Store, tmp_path: Path) -> None:
    """One order to take the case out of the group, one sentence with the amount; no cat, no words."""
    office = _played(store, tmp_path / "files")
    staff = office.channels["staff"].sent
    order = next(row for row in staff if row.kind == "unpost")
    assert (order.payload["topic"], order.payload["card"], order.case_id) == (7, 70, "")
    told = [row.payload["text"] for row in staff if row.kind == "post"][-1]
    assert "TOFUXX" in told
    assert "NT$3,000" in told


def test_what_comes_late_finds_nobody(store: Store, tmp_path: Path) -> None:
    """Answers, timers, files under way: none of them brings anything back."""
    office = _played(store, tmp_path / "files")

    async def late(again: Office) -> None:
        for news in (Due("remind", "24:1"), TopicOpened(8), Posted("card", 9), Stored("u1", "a", 1, "b", "")):
            receipt = await again.desk.react(ByCase("tofu"), news)
            assert not receipt.found
        hands = Hands(store, Shelf(tmp_path / "files"))
        row = next(r for r in office.channels["fetch"].sent if r.kind == "fetch")
        assert await hands.send(row) == Failed("no_longer_wanted")

    in_office(store, late)
    assert left(store) == []


def test_a_farewell_that_cannot_be_delivered_leaves_no_trace_either(store: Store) -> None:
    """The owner has blocked the bot in the same moment."""
    do(store, cases.insert, a_case(chat=CHAT, step="cat_name", consent_at=NOON, answers={"cat_name": CAT}))

    async def story(office: Office) -> None:
        await office.owner(Asked("erase"), CHAT)
        case = await store.read(lambda conn: cases.by_chat(conn, CHAT))
        assert case is not None
        office.channels["owner"].answers = [Failed("blocked")]
        await office.owner(Pressed(f"{case.screen}.0"), CHAT)

    in_office(store, story)
    assert left(store) == []


def test_words_after_the_erasure_begin_a_new_case(store: Store) -> None:
    """As from a stranger."""
    do(store, cases.insert, a_case(chat=CHAT))

    async def story(office: Office) -> None:
        await _erase(office)
        await office.owner(Said("hello"), CHAT)

    in_office(store, story)
    fresh = do(store, cases.by_chat, CHAT)
    assert fresh is not None
    assert (fresh.id != "case-1", fresh.language) == (True, "")


def test_a_second_person_cannot_press_the_yes(store: Store) -> None:
    """The word of the button means nothing in another chat."""
    do(store, cases.insert, a_case(chat=CHAT))

    async def story(office: Office) -> None:
        await office.owner(Asked("erase"), CHAT)
        case = await store.read(lambda conn: cases.by_chat(conn, CHAT))
        assert case is not None
        await office.desk.accept(Envelope("owner", "x", ByChat(5), Pressed(f"{case.screen}.0")), b"")

    in_office(store, story)
    assert do(store, cases.by_id, "case-1") is not None


def test_the_file_of_sqlite_holds_nothing_either(sqlite_url: str, tmp_path: Path) -> None:
    """Not in a page that nothing points to, not in the log beside it."""
    from storage.engine import open_store

    store = open_store(sqlite_url)
    do(
        store, lambda conn: conn.exec_driver_sql("PRAGMA secure_delete=OFF")
    )  # as most builds have it; some overwrite at once
    _played(store, tmp_path / "files")
    file = Path(unquote(urlsplit(sqlite_url).path))
    whole = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    assert [word for word in CANARIES if word.encode() in whole] == []
    store.close()


# --- a copy -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_the_copy_holds_everything_about_the_person_and_nobody_else(
    store: Store, language: str, clinic: Clinic
) -> None:
    """Both cases with words and codes, history, payment, notes, originals; what cannot be read is named."""
    _booked(store)
    do(store, cases.insert, ALIEN)
    do(store, cases.retire, "tofu")
    record = Record("u1", "document", "scan/../ä.dcm", 4, "stored", file="ab" * 32)
    lost = Record("u2", "photo", "", 4, "stored", file="cd" * 32)
    do(store, cases.insert, a_case(id="two", code="TWOXXX", chat=CHAT, records=(record, lost)))
    held = do(store, gather, CHAT)
    wanted = SendCopy(1, 1, (f"TWOXXX/{'ab' * 32}", f"TWOXXX/{'cd' * 32}"), language)
    data = zipped(held, clinic, {name: getattr(wanted, name) for name in wanted.__slots__}, _shelf, NOON)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        assert names == {"TOFUXX/case.json", "TWOXXX/case.json", "README.txt", "TWOXXX/files/001 scan_.._ä.dcm"}
        case = json.loads(archive.read("TOFUXX/case.json"))
        readme = archive.read("README.txt").decode()
    assert (case["status"]["code"], case["phone"], case["opinion"], case["notes"]) == ("booked", PHONE, WORDS, [WORDS])
    assert case["history"][0]["detail"] == WORDS
    assert case["payments"][0]["amount"] == "NT$3,000"
    assert [(one["doctor"], one["text"]) for one in case["remarks_of_doctors"]] == [("Dr. Lin", WORDS)]
    assert "002 photo.bin" in readme


def _shelf(sha: str) -> bytes:
    if sha.startswith("cd"):
        raise FileNotFoundError
    return b"data"


@pytest.fixture
def clinic() -> Clinic:
    """The clinic of the transcripts."""
    from app.rehearsal.clinic import clinic as a_clinic

    return a_clinic()
