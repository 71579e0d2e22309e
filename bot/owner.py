"""The public bot: what owners send becomes an envelope, what the case wants said becomes calls. aiogram is the typed language of both.

There is no dispatcher and no state here: the conversation lives in the case alone (pitfall 8).
"""

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final, cast

import orjson
import structlog
from aiogram import Bot, methods, types
from aiogram.utils.token import TokenValidationError

from bot import invoices, visible
from bot.announce import WANTED, announce
from bot.documents import DOCUMENTS
from bot.messages import messages_of, redrawn
from bot.plain import plainly, text_says, without_ballast
from bot.session import OUR_CALLS_ERRORS, Accepted, CannotStart, LeanSession, outcome_of
from bot.traces import ours_above
from bot.wire import Wire
from desk.case_links import nowhere
from desk.desk import Desk
from desk.receive import ByChat, Envelope, Receipt
from desk.sending import Failed, Outcome, Sent
from desk.wanted import is_wanted
from flows import incoming as inc
from storage import inbox
from storage.outbox import OutboxRow

log = structlog.get_logger(__name__)

CHANNEL: Final = "owner"
SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"
BODY_BYTES: Final = 1024 * 1024
NOTICE_CHARS: Final = 200  # answerCallbackQuery's limit
NAME_CHARS: Final = 200

# Telegram's words for what a person may send and we cannot read. Where two are set at once the more telling one stands first.
OTHER: Final = (
    "live_photo", "animation", "audio", "sticker", "story", "dice", "game", "poll", "venue", "location", "paid_media", "checklist",
)  # fmt: skip

Notice = dict[str, Any]  # the fields of answerCallbackQuery; empty where no button was pressed
Headers = Mapping[bytes, list[bytes]]  # names in lower case, every value that came: a doubled header is refused


# --- translating in ---------------------------------------------------------------------------------------------------
def to_incoming(update: types.Update) -> Envelope | None:
    """What an update says, for the case of its private chat or of a paid invoice; None for groups, service messages, edits and all other kinds."""
    found: tuple[int, types.User | None, inc.Incoming | None] | None = None
    if update.message is not None:
        message = update.message
        found = (message.chat.id, message.from_user, _sent(message)) if message.chat.type == "private" else None
    elif update.callback_query is not None:
        found = _pressed(update.callback_query)
    elif update.my_chat_member is not None:
        change = update.my_chat_member
        found = (change.chat.id, change.from_user, _presence(change)) if change.chat.type == "private" else None
    chat, person, incoming = found or (0, None, None)
    if incoming is None:
        return invoices.paid(update)
    hint = (person.language_code if person else None) or ""
    return Envelope(CHANNEL, str(update.update_id), ByChat(chat, hint), incoming)


def _sent(message: types.Message) -> inc.Incoming | None:
    if message.text is not None:
        return text_says(message.text)
    if message.contact is not None:
        return _contact(message.contact, message.from_user)
    for what in OTHER:  # before photo and document, which come along with a live photo and an animation
        if getattr(message, what, None) is not None:
            return inc.SentOther(what)
    return _attached(message)


def _attached(message: types.Message) -> inc.Attached | None:
    file: types.PhotoSize | types.Document | types.Voice | types.Video | types.VideoNote
    if message.voice is not None:
        kind, name, file = "voice", "", message.voice
    elif (film := message.video or message.video_note) is not None:
        kind, name, file = "video", "", film
    elif message.photo:
        kind, name, file = "photo", "", max(message.photo, key=lambda size: size.width * size.height)
    elif message.document is not None:
        file = message.document
        kind, name = "document", " ".join(visible(file.file_name or "").split())[:NAME_CHARS]
    else:
        return None
    return inc.Attached(
        kind, file.file_id, file.file_unique_id, name, file.file_size or 0, message.caption or "", message.media_group_id or ""
    )  # fmt: skip


def _contact(contact: types.Contact, sender: types.User | None) -> inc.SharedContact:
    digits = re.sub(r"[^0-9]", "", contact.phone_number)
    return inc.SharedContact(f"+{digits}", own=sender is not None and contact.user_id == sender.id)


def _pressed(query: types.CallbackQuery) -> tuple[int, types.User, inc.Pressed] | None:
    message = query.message
    if query.data is None or (message is not None and message.chat.type != "private"):
        return None
    chat, number = (message.chat.id, message.message_id) if message is not None else (query.from_user.id, 0)
    return chat, query.from_user, inc.Pressed(query.data, number)


def _presence(change: types.ChatMemberUpdated) -> inc.Blocked | None:
    gone = {"kicked": True, "member": False}.get(str(change.new_chat_member.status))
    return None if gone is None else inc.Blocked(gone)


def reading(raw: bytes) -> Envelope | None:
    """An update from its raw bytes, for the inbox's second try; None when it cannot be read or is not for us."""
    try:
        return to_incoming(types.Update.model_validate(orjson.loads(raw)))
    except ValueError:  # both the JSON reader's and the models' errors are such
        return None


def envelope_of(data: dict[str, Any]) -> Envelope | None:
    """The same for an update as JSON holds it. ValueError when aiogram's models cannot read it."""
    found = plainly(data)
    if found is None:
        return to_incoming(types.Update.model_validate(without_ballast(data)))
    chat, hint, incoming = found
    return Envelope(CHANNEL, str(data["update_id"]), ByChat(chat, hint), incoming)


# --- the bot ----------------------------------------------------------------------------------------------------------
class OwnerBot:
    """One bot token. ``api_url`` without a path, "" = Telegram itself. ``secrets``: those that webhooks may carry now; none = all refused."""

    def __init__(self, token: str, api_url: str, desk: Desk, secrets: Sequence[str] = ()) -> None:
        address = (api_url or "https://api.telegram.org").rstrip("/")
        self.session = LeanSession(Wire(address), address)
        try:
            self.bot = Bot(token, session=self.session)
        except TokenValidationError:
            raise CannotStart("OWNER_BOT_TOKEN is no bot token; BotFather shows one as 123456:ABC….") from None
        self._desk = desk
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._spinners: set[asyncio.Task[None]] = set()

    async def webhook(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """One HTTP delivery: status and body of the answer. 2xx only once the update is durable (pitfalls 2, 3)."""
        if not self._authentic(headers.get(SECRET_HEADER, [])):
            return 401, b""
        if len(body) > BODY_BYTES:
            return 413, b""
        status, notice = await self._take_in(body)
        # The word to whoever pressed rides on our answer: Telegram carries it out, and a call of our own is saved.
        return status, orjson.dumps({"method": "answerCallbackQuery", **notice}) if notice else b""

    def _authentic(self, given: Sequence[bytes]) -> bool:
        if len(given) != 1:
            return False
        return any([hmac.compare_digest(given[0], secret) for secret in self._secrets])  # a list: no early end

    async def on_update(self, raw: bytes) -> int:
        """Takes in one polled update; gives an HTTP status: 200 durable or not for us, 400 no JSON, 503 could not be written down."""
        status, notice = await self._take_in(raw)
        if notice:
            self._stop_spinner(notice)
        return status

    async def _take_in(self, raw: bytes) -> tuple[int, Notice]:
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return 400, {}
        try:
            return 200, await self._take(data, raw)
        except Exception as error:  # nothing could be written: Telegram must come again
            log.error("update_not_taken", channel=CHANNEL, error=type(error).__name__)
            return 503, {}

    async def _take(self, data: Any, raw: bytes) -> Notice:
        if not isinstance(data, dict) or type(data.get("update_id")) is not int:
            return await self._set_aside(f"unnumbered-{sha256(raw).hexdigest()[:32]}", raw, "NoUpdateId")
        if not any(kind in data for kind in WANTED):
            log.info("update_ignored", channel=CHANNEL, kinds=len(data) - 1)
            return {}
        if await invoices.asked(self.bot, self._desk, data):
            return {}
        try:
            envelope = envelope_of(data)
        except ValueError as error:
            return await self._set_aside(str(data["update_id"]), raw, type(error).__name__)
        if envelope is None:
            return {}
        self._desk.highest = max(self._desk.highest, _number(data))
        receipt = await self._desk.accept(envelope, raw)
        await invoices.tell_if_lost(self._desk, envelope, receipt)
        pressed = data.get("callback_query")
        return _notice(pressed["id"], receipt) if pressed is not None and receipt.fresh else {}

    async def _set_aside(self, key: str, raw: bytes, error: str) -> Notice:
        """What Telegram sent and we cannot read: kept for a person, and acknowledged so that it holds nobody up (pitfall 4)."""
        now = self._desk.clock()
        await self._desk.store.run(lambda conn: inbox.fail(conn, CHANNEL, key, raw, error, now))
        log.error("update_unreadable", channel=CHANNEL, error=error)
        return {}

    def _stop_spinner(self, notice: Notice) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(notice))
        self._spinners.add(task)
        task.add_done_callback(self._spinners.discard)

    async def _answer(self, notice: Notice) -> None:
        """Best effort: the press counted when it was stored, and queries grow too old within seconds (pitfall 22)."""
        try:
            await self.bot(methods.AnswerCallbackQuery(**notice))
        except OUR_CALLS_ERRORS as error:
            log.info("button_not_answered", error=type(error).__name__)

    async def fetch(self, offset: int, wait_s: int) -> Sequence[dict[str, Any]]:
        """Raw updates for ``polling.Poller``."""
        ask = methods.GetUpdates(offset=offset, timeout=wait_s, allowed_updates=list(WANTED))
        return cast(Sequence[dict[str, Any]], await self.bot(ask, request_timeout=wait_s + 10))

    async def set_up(self, commands: Mapping[str, Mapping[str, str]], webhook_url: str = "") -> str:
        """Tells Telegram the commands and where updates go (``bot.announce``). Gives the bot's user name; raises CannotStart."""
        return await announce(self.bot, commands, webhook_url, [secret.decode() for secret in self._secrets])

    async def close(self) -> None:
        """Drops the answers to buttons that are still under way and closes the connections."""
        for task in tuple(self._spinners):
            task.cancel()
        await self.session.close()


def _number(data: dict[str, Any]) -> int:
    """The number of the message that came; 0 for a press, which brings an old one."""
    message = data.get("message")
    number = message.get("message_id") if isinstance(message, dict) else 0
    return number if type(number) is int else 0


def _notice(query_id: str, receipt: Receipt) -> Notice:
    """What stops the button's spinner, with a word where there is one to say."""
    if receipt.answer is None:
        return {"callback_query_id": query_id}
    words = visible(receipt.answer.text)[:NOTICE_CHARS]
    return {"callback_query_id": query_id, "text": words, "show_alert": receipt.answer.alert}


# --- translating out --------------------------------------------------------------------------------------------------
class OwnerSender:
    """Channel "owner": messages and calendar files to the owner's private chat. ``address``: a case and one of ``effects.PAGES`` → that page."""

    def __init__(self, owner: OwnerBot, desk: Desk, address: Callable[[str, str], str] = nowhere) -> None:
        self._address = address
        self._bot = owner.bot
        self._session = owner.session
        self._desk = desk
        self._there: dict[int, int] = {}  # of rows looked for: how many of their pieces are in the chat already

    async def send(self, row: OutboxRow) -> Outcome:
        """Makes the calls for one row. A text that needs several messages is sent again as a whole when one of them fails."""
        if row.revision and not await self._desk.store.read(lambda conn: is_wanted(conn, row, self._desk.clock())):
            return Failed("no_longer_wanted")
        chat, address = int(row.recipient), partial(self._address, row.case_id)
        try:
            if row.kind == "redraw" and await redrawn(self._session, self._bot.token, chat, row.payload, address):
                return Sent(str(row.payload["message"]))
            if row.kind in DOCUMENTS:
                document = await DOCUMENTS[row.kind](chat, row.payload, self._desk)
                sent = Accepted((await self._bot(document)).message_id)
            else:
                for fields in messages_of(chat, row.payload, address)[self._there.pop(row.id, 0) :]:
                    sent = await self._session.send_message(self._bot.token, fields)
        except OUR_CALLS_ERRORS as error:
            return outcome_of(error)
        self._desk.highest = max(self._desk.highest, sent.message_id)
        return Sent(str(sent.message_id))

    def can_ask(self, row: OutboxRow) -> bool:
        """Where no number is known yet there is nowhere to look."""
        return row.above > 0

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Looks for the row's messages in the chat; of a text in pieces the first may be there and the rest not."""
        words = row.kind in ("say", "farewell")
        wanted = len(messages_of(int(row.recipient), row.payload)) if words else 1
        keyboard = words and bool(row.payload["contact"] or row.payload["clear"])
        try:
            found = await ours_above(self._bot, int(row.recipient), row.above, self._desk.highest, wanted, keyboard)
        except OUR_CALLS_ERRORS as error:
            return outcome_of(error)
        if len(found) == wanted:
            return Sent(str(found[-1]))
        self._there[row.id] = len(found)
        return None
