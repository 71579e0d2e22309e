"""Documents to the owner, against the sandbox's Telegram: the letter to the home vet arrives as a PDF that says what it should."""

from collections.abc import Iterator

import httpx
import pypdfium2
import pytest

from bot.owner import OwnerBot, OwnerSender
from desk.desk import Desk
from desk.sending import Sent
from storage.engine import Store, open_store
from tests.bot.test_owner import MEI, play, row
from tests.bot.test_owner import OWNER_TOKEN as TOKEN
from tests.sandbox_process import Sandbox, running_sandbox

PAGES = ["Dear colleagues,\n\n• X-rays as DICOM\n\nThank you.", "醫師您好：\n\n• X 光原始 DICOM 檔\n\n感謝您。"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(owner_token=TOKEN) as running:
        yield running


@pytest.fixture
def opened_store(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url)
    yield store
    store.close()


def test_the_letter_arrives_as_a_pdf_in_both_languages(sandbox: Sandbox, opened_store: Store) -> None:
    """Its caption is in the owner's language; it can be looked for like any message after a crash."""
    sandbox.send(MEI, "/start")

    async def story(bot: OwnerBot, desk: Desk) -> None:
        sender = OwnerSender(bot, desk)
        letter = row({"caption": "Letter to your vet", "pages": PAGES}, kind="say_letter")
        sent = await sender.send(letter)
        assert isinstance(sent, Sent)
        assert await sender.reconcile(row(letter.payload, kind="say_letter")) is None  # no number known: not looked for

    play(sandbox.url, opened_store, story)
    (document,) = [message for message in sandbox.chat(MEI)["messages"] if message.get("document")]
    assert (document["caption"], document["document"]["name"]) == ("Letter to your vet", "letter.pdf")
    data = httpx.get(sandbox.url + document["document"]["url"]).raise_for_status().content
    read = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    for words in ("Dear colleagues", "X-rays as DICOM", "醫師您好", "感謝您"):
        assert words in read


def test_the_receipt_has_a_name_of_its_own(sandbox: Sandbox, opened_store: Store) -> None:
    """An owner who files it must tell it from the letter to her vet."""
    sandbox.send(MEI, "/start")

    async def story(bot: OwnerBot, desk: Desk) -> None:
        payload = {"caption": "Your receipt", "pages": ["付款收據\nNT$3,000"], "name": "receipt.pdf"}
        assert isinstance(await OwnerSender(bot, desk).send(row(payload, kind="say_letter")), Sent)

    play(sandbox.url, opened_store, story)
    (document,) = [message for message in sandbox.chat(MEI)["messages"] if message.get("document")]
    assert document["document"]["name"] == "receipt.pdf"
