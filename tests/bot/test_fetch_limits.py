"""Twenty megabytes are our own limit too, whatever Telegram announces or sends (pitfall 11)."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram.types import File

from bot.fetching import Fetcher
from bot.wire import TooLarge
from desk.sending import Failed
from storage.outbox import OutboxRow
from storage.shelf import Shelf
from tests.builders import NOON

LIMIT = 20 * 1024 * 1024
ROW = OutboxRow(
    id=1, channel="fetch", recipient="1/u", kind="fetch", payload={"file_id": "f", "unique": "u", "name": "scan"},
    policy="safe", case_id="case-1", attempts=1, fence=1, created_at=NOON, provider_id="", interrupted=False, revision=0,
)  # fmt: skip


class Line:
    """A bot whose files are as large as the test says; what is asked of the session is noted."""

    token = "1:token"

    def __init__(self, announced: int, sent: int) -> None:
        self.bot = self
        self.session = self
        self.announced = announced
        self.sent = sent
        self.asked = 0

    async def __call__(self, method: Any) -> File:
        """Answers getFile."""
        return File(file_id="f", file_unique_id="u", file_size=self.announced, file_path="documents/f")

    async def download(self, token: str, path: str, limit_bytes: int) -> tuple[int, bytes]:
        """Gives up where the session would."""
        self.asked = limit_bytes
        if self.sent > limit_bytes:
            raise TooLarge
        return 200, b"x" * self.sent


@pytest.mark.parametrize(("announced", "sent", "downloaded"), [(LIMIT + 1, 10, False), (0, LIMIT + 1, True)])
def test_a_file_over_twenty_megabytes_is_not_taken(announced: int, sent: int, downloaded: bool, tmp_path: Path) -> None:
    """Neither when it is announced so, nor when it turns out so on the way."""
    line = Line(announced, sent)
    fetcher = Fetcher(cast(Any, line), cast(Any, None), Shelf(tmp_path))
    assert asyncio.run(fetcher.send(ROW)) == Failed("file_too_big")
    assert line.asked == (LIMIT if downloaded else 0)
