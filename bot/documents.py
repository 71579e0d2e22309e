"""Documents for the owner's chat, made when they leave: a row keeps what is in them, not their bytes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiogram import methods, types

from bot import visible
from bot.calendar import FILE_NAME, calendar_file
from desk.desk import Desk
from records.letter import letter_beside

LETTER_NAME: Final = "letter.pdf"
Payload = Mapping[str, Any]


async def calendar(chat: int, payload: Payload, desk: Desk) -> methods.SendDocument:
    """The calendar file of a call."""
    return _document(chat, calendar_file(payload, desk.clinic.name, desk.clock()), FILE_NAME, payload)


async def letter(chat: int, payload: Payload, desk: Desk) -> methods.SendDocument:
    """A letter as a PDF: to the home vet, the opinion, the receipt. Rows that an earlier version wrote have no name."""
    pages = [visible(page) for page in payload["pages"]]
    paper = await asyncio.to_thread(letter_beside, pages, desk.clinic.name)
    return _document(chat, paper, payload.get("name", LETTER_NAME), payload)


def _document(chat: int, data: bytes, name: str, payload: Payload) -> methods.SendDocument:
    file = types.BufferedInputFile(data, name)
    return methods.SendDocument(chat_id=chat, document=file, caption=visible(payload["caption"]) or None)


DOCUMENTS: Mapping[str, Callable[[int, Payload, Desk], Awaitable[methods.SendDocument]]] = {
    "say_calendar": calendar,
    "say_letter": letter,
}
