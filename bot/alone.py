"""Messages of the staff bot to one doctor alone: to whatever account counts as that doctor when they leave."""

import structlog
import telegram as tg
from telegram import error as tge

from bot import pieces, visible
from bot.group import Group, outcome_of
from bot.keys import keys_of
from bot.mentions import account_of
from desk.sending import Failed, Outcome, Sent
from desk.wanted import is_wanted
from flows.prompts import asks
from storage import posts
from storage.outbox import OutboxRow

log = structlog.get_logger(__name__)
QUIET = tg.LinkPreviewOptions(is_disabled=True)


class DoctorSender:
    """The channel "doctor". A bot may only write to whoever wrote to it first.

    To others it says nothing, since the topic names them too; only what is for one doctor alone comes back to its case (``Tell.about``).
    """

    def __init__(self, group: Group) -> None:
        self._bot = group.bot
        self._desk = group.desk

    async def send(self, row: OutboxRow) -> Outcome:
        """One row is one message. What speaks of a booking that is another by now is dropped."""
        if row.revision and not await self._desk.store.read(lambda conn: is_wanted(conn, row, self._desk.clock())):
            return Failed("no_longer_wanted")
        person = await account_of(self._desk, str(row.payload["doctor"]))
        if not person:  # dismissed since, or never enrolled
            return _untold(row)
        try:
            message = await self._written(row, person)
        except tge.Forbidden:
            log.info("doctor_not_reached", row=row.id)
            return _untold(row)
        except tge.TelegramError as error:
            return _untold(row) if "chat not found" in error.message.lower() else outcome_of(error)
        role = str(row.payload["role"])
        await self._desk.store.run(lambda conn: posts.remember(conn, person, message.message_id, row.case_id, role))
        return Sent(str(message.message_id))

    async def _written(self, row: OutboxRow, person: int) -> tg.Message:
        text = (pieces(visible(row.payload["text"])) or ["–"])[0]
        keys = keys_of(row.payload) or (tg.ForceReply() if asks(str(row.payload["role"])) else None)
        return await self._bot.send_message(person, text, reply_markup=keys, link_preview_options=QUIET)

    def can_ask(self, row: OutboxRow) -> bool:
        """Telegram cannot be asked what it took."""
        return False

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """No row of this channel is of the sort that must ask."""
        return None


def _untold(row: OutboxRow) -> Outcome:
    return Failed("not_begun") if row.payload.get("about") else Sent()
