"""The copy of /export through the sandbox: one document in the chat, and it is a ZIP that opens."""

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from bot.copies import CopySender
from bot.owner import OwnerBot
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from flows.case import Record
from storage import cases
from storage.engine import Store
from storage.outbox import OutboxRow
from storage.shelf import Shelf
from tests.builders import NOON, a_case
from tests.sandbox_process import running_sandbox
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket

TOKEN = "1000001:owner-for-copies-AAAAAAAAAAAAAAAAAAAAA"
MEI = 5001


def row(**payload: Any) -> OutboxRow:
    return OutboxRow(
        id=1, channel="copy", recipient=str(MEI), kind="send_copy", payload=payload, policy="safe", case_id="case-1",
        attempts=1, fence=1, created_at=NOON, provider_id="", interrupted=False, revision=0,
    )  # fmt: skip


def test_the_copy_arrives_as_a_document_that_opens(store: Store, tmp_path: Path) -> None:
    """Its name says which part it is; a person who is not known any more gets none."""
    shelf = Shelf(tmp_path / "files")
    sha = shelf.put(b"the original")
    with running_sandbox(owner_token=TOKEN) as far:
        far.send(MEI, "hello")

        async def sent(order: OutboxRow) -> Outcome:
            desk = Desk(store, clinic(), lambda: NOON)
            bot = OwnerBot(TOKEN, far.url, desk)
            try:
                return await CopySender(bot, desk, shelf).send(order)
            finally:
                await bot.close()

        order = row(part=2, parts=2, files=[f"K7M2QX/{sha}"], language="zh_Hant")
        assert asyncio.run(sent(order)) == Failed("no_longer_wanted")
        do(store, cases.insert, a_case(chat=MEI, records=(Record("u", "photo", "", 12, "stored", file=sha),)))
        assert isinstance(asyncio.run(sent(order)), Sent)
        message = far.chat(MEI)["messages"][-1]
        assert message["document"]["name"] == "second-look-2-of-2.zip"
        data = far.http.get(message["document"]["url"]).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["K7M2QX/files/001 photo.bin", "README.txt"]
        assert archive.read("K7M2QX/files/001 photo.bin") == b"the original"
