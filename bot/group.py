"""The staff group as a place to write to: topics, cards, prompts, words back.

A decision must stay possible whatever happens to topics and rights (pitfall 19), so a lost topic is the General one.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import httpx
import structlog
import telegram as tg
from telegram import error as tge
from telegram.request import HTTPXRequest

from bot import pieces, visible
from bot.keys import keys_of
from bot.mentions import mention
from bot.page_link import PageLinks, invitation
from bot.showing import Showing
from bot.topics import reopened
from bot.unposting import unpost
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.incoming import Posted, TopicOpened
from flows.prompts import asks
from storage import posts, staffchat
from storage.outbox import OutboxRow

log = structlog.get_logger(__name__)
T = TypeVar("T")

Markup = tg.InlineKeyboardMarkup | tg.ForceReply | None

PER_MINUTE = 18  # Telegram allows about 20 a minute in a group, and edits count too (pitfall 15)
TOPIC_CHARS = 128
NOTICE_CHARS = 200  # answerCallbackQuery's limit
QUIET = tg.LinkPreviewOptions(is_disabled=True)

# Telegram's own words, in lower case, for the refusals that mean something of their own.
_REFUSALS = (
    ("thread not found", "topic_gone"), ("topic_closed", "topic_gone"), ("topic_deleted", "topic_gone"),
    ("topic_id_invalid", "topic_gone"), ("message to edit not found", "message_gone"),
    ("message_id_invalid", "message_gone"), ("message can't be edited", "message_gone"),
    ("can't parse", "bad_markup"), ("not enough rights", "not_authorised"), ("chat not found", "not_authorised"),
)  # fmt: skip


def outcome_of(error: tge.TelegramError) -> Outcome:
    """The table row for what the library raised. Its BadRequest and TimedOut are NetworkErrors: the order matters."""
    match error:
        case tge.RetryAfter():
            wish = error.retry_after
            return Failed("too_fast", float(wish) if isinstance(wish, int) else wish.total_seconds())
        case tge.ChatMigrated():
            return Failed("chat_moved")
        case tge.Forbidden() | tge.InvalidToken():  # thrown out, or the token was revoked: a person must act
            return Failed("not_authorised")
        case tge.BadRequest():
            return _refused(error.message.lower())
        case tge.NetworkError():
            return _lost(error)
        case _:
            return Failed("unknown")


def _refused(words: str) -> Outcome:
    if "message is not modified" in words:
        return Sent()
    return Failed(next((code for part, code in _REFUSALS if part in words), "refused"))


def _lost(error: tge.NetworkError) -> Outcome:
    """The library keeps the HTTP client's exception as the cause; without one there was an answer: a 5xx."""
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Failed("no_connection")
    return Unsure() if isinstance(cause, httpx.HTTPError) else Failed("their_fault")


class Pace:
    """At most ``most`` calls in any minute. In memory: one process writes here, and a 429 is waited for anyway."""

    def __init__(self, most: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._calls: deque[float] = deque()

    def wait_for(self, calls: int) -> float:
        """Seconds until so many calls may be made; 0 = now, and they are counted."""
        now = self._clock()
        while self._calls and now - self._calls[0] >= 60:
            self._calls.popleft()
        over = len(self._calls) + calls - self._most
        if over > 0 and self._calls:
            return max(0.05, 60 - (now - self._calls[min(over, len(self._calls)) - 1]))
        self._calls.extend([now] * calls)
        return 0.0


class CannotStart(Exception):
    """A sentence for the operator."""


class Group:
    """The one staff group. ``configured`` is its id in the settings; the storage knows where it moved since."""

    def __init__(self, token: str, api_url: str, desk: Desk, configured: int) -> None:
        """``api_url`` without a path, "" = Telegram itself. Raises CannotStart."""
        address = (api_url or "https://api.telegram.org").rstrip("/")
        calls = HTTPXRequest(64, read_timeout=10, write_timeout=10, connect_timeout=5, pool_timeout=5)
        self._pools = (calls, HTTPXRequest(1))
        try:
            self.bot = tg.Bot(token, f"{address}/bot", f"{address}/file/bot", *self._pools)
        except tge.InvalidToken:
            raise CannotStart("STAFF_BOT_TOKEN is missing.") from None
        self.desk = desk
        self.configured = configured
        self._forum: bool | None = None

    async def close(self) -> None:
        """Closes the connections."""
        for pool in self._pools:
            await pool.shutdown()

    async def chat(self) -> int:
        """The group's id now."""
        return await self.desk.store.read(lambda conn: staffchat.current(conn, self.configured))

    async def has_topics(self, ask: bool = False) -> bool:
        """Whether the group is a forum: what Telegram said last, or says now."""
        if ask or self._forum is None:
            self._forum = bool((await self.bot.get_chat(await self.chat())).is_forum)
        return self._forum

    async def moved(self, old: int, new: int) -> None:
        """The group became a supergroup: pending rows and known messages follow it (pitfall 18)."""
        now = self.desk.clock()
        await self.desk.store.run(lambda conn: staffchat.migrate(conn, old, new, now))
        self._forum = None  # a supergroup may have topics

    async def notice(self, query_id: str, text: str, alert: bool) -> None:
        """Stops a button's spinner, best effort: the press counted when it was stored (pitfall 22)."""
        words = pieces(visible(text), NOTICE_CHARS)
        try:
            await self.bot.answer_callback_query(query_id, words[0] if words else None, alert)
        except tge.TelegramError as error:
            log.info("button_not_answered", error=type(error).__name__)

    async def reply(
        self, message: tg.Message, text: str, card: int = 0, keys: tg.InlineKeyboardMarkup | None = None, picture: bytes = b"",
    ) -> None:  # fmt: skip
        """In the thread of the question, best effort. ``card`` is quoted instead: a way to its topic. ``picture`` goes before the words."""
        thread = message.message_thread_id if message.is_topic_message else None
        about = tg.ReplyParameters(card or message.message_id, allow_sending_without_reply=True)
        try:
            if picture:
                await self.bot.send_photo(message.chat.id, picture, message_thread_id=thread)
            for piece in pieces(visible(text)):
                await self.bot.send_message(
                    message.chat.id, piece, message_thread_id=thread, reply_parameters=about, reply_markup=keys
                )
        except tge.TelegramError as error:
            log.info("not_answered", error=type(error).__name__)


class StaffSender:
    """The channel "staff"."""

    def __init__(
        self, group: Group, showing: Showing, pace: Pace | None = None, pages: PageLinks | None = None
    ) -> None:
        self._group = group
        self._pages = pages
        self._bot = group.bot
        self._showing = showing
        self._pace = pace or Pace()

    async def send(self, row: OutboxRow) -> Outcome:
        """Makes the calls of one row; a row that needs several is sent again as a whole when one of them fails."""
        calls = {
            "open_topic": self._open_topic,
            "post": self._post,
            "page_link": self._page_link,
            "edit_card": self._edit,
            "unpost": self._unpost,
        }
        try:
            return await calls[row.kind](row, await self._group.chat())
        except tge.ChatMigrated as error:
            await self._group.moved(await self._group.chat(), error.new_chat_id)
            return Failed("chat_moved")
        except tge.TelegramError as error:
            return outcome_of(error)

    def can_ask(self, row: OutboxRow) -> bool:
        """In a group many cases share the numbers: whose message stands behind one cannot be told without a trace."""
        return False

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Telegram cannot be asked what it took; no row of this channel is of the sort that must ask."""
        return None

    async def _open_topic(self, row: OutboxRow, chat: int) -> Outcome:
        if wait := self._pace.wait_for(1):
            return Failed("too_fast", wait)
        if not await self._group.has_topics():
            return Sent(answer=TopicOpened(0))
        name = pieces(visible(row.payload["name"]), TOPIC_CHARS)
        try:
            topic = await self._bot.create_forum_topic(chat, name[0] if name else "–")
        except tge.BadRequest as error:
            # Without the right, or without topics after all: the card goes to General, so the case is decided.
            log.warning("topic_not_opened", row=row.id, code=getattr(outcome_of(error), "code", ""))
            return Sent(answer=TopicOpened(0))
        return Sent(str(topic.message_thread_id), TopicOpened(topic.message_thread_id))

    async def _post(self, row: OutboxRow, chat: int) -> Outcome:
        """One row is one message, so that a process that dies in between repeats one message at most."""
        post = row.payload
        if wait := self._pace.wait_for(1):
            return Failed("too_fast", wait)
        topic = int(post["topic"]) or None
        text = (pieces(visible(post["text"])) or ["–"])[0]
        if post["role"] in ("sheet", "figures"):
            showing = self._showing
            picture = await (showing.figures(post) if "bars" in post else showing.sheet(post, row.attempts))
            if picture is not None:
                shown = await in_topic(
                    topic, lambda thread: self._bot.send_photo(chat, picture, text, message_thread_id=thread)
                )
                return await self._known(row, chat, shown.message_id)
            return Sent()
        message = await in_topic(topic, lambda thread: self._written(chat, text, thread, post))
        return await self._known(row, chat, message.message_id)

    async def _page_link(self, row: OutboxRow, chat: int) -> Outcome:
        if self._pages is None:
            return Failed("no_longer_wanted")
        if private := await self._pages.send(self._bot, row):
            return Sent(str(private.message_id))
        if wait := self._pace.wait_for(1):  # she never wrote to the bot: the way there is posted where she pressed
            return Failed("too_fast", wait)
        text, keys = invitation(self._bot, row.payload)
        message = await in_topic(int(row.payload["topic"]) or None, lambda at: self._say(chat, text, at, keys))
        return await self._known(row, chat, message.message_id)

    async def _written(self, chat: int, text: str, thread: int | None, post: Mapping[str, Any]) -> tg.Message:
        spoken_to, entities = await mention(self._group.desk, int(post["mention"]), str(post.get("doctor", "")))
        if not asks(str(post["role"])):
            return await self._say(chat, spoken_to + text, thread, keys_of(post), entities)
        await reopened(self._bot, self._group.desk, chat, thread)
        ask = tg.ForceReply(selective=bool(entities))  # only the mentioned doctor's keyboard opens
        return await self._say(chat, spoken_to + text, thread, ask, entities)

    async def _say(
        self, chat: int, text: str, thread: int | None, keys: Markup = None, marks: Sequence[tg.MessageEntity] = ()
    ) -> tg.Message:
        return await self._bot.send_message(
            chat, text, entities=marks or None, message_thread_id=thread, reply_markup=keys, link_preview_options=QUIET
        )

    async def _known(self, row: OutboxRow, chat: int, message: int) -> Sent:
        """Every message of a case is remembered: some are answered or edited, and all go when the case is erased."""
        role = str(row.payload.get("role", "note"))  # an invitation to the private chat says none
        if row.case_id:
            await self._group.desk.store.run(lambda conn: posts.remember(conn, chat, message, row.case_id, role))
        return Sent(str(message), Posted(role, message) if role in ("card", "prompt") else None)

    async def _unpost(self, row: OutboxRow, chat: int) -> Outcome:
        if wait := self._pace.wait_for(3):
            return Failed("too_fast", wait)
        await unpost(self._bot, self._group.desk, chat, row.payload)
        return Sent()

    async def _edit(self, row: OutboxRow, chat: int) -> Outcome:
        if wait := self._pace.wait_for(1):
            return Failed("too_fast", wait)
        card, text = int(row.payload["message"]), visible(row.payload["text"])
        await self._bot.edit_message_text(pieces(text)[0], chat, card, reply_markup=keys_of(row.payload))
        return Sent(str(card))


async def in_topic(topic: int | None, call: Callable[[int | None], Awaitable[T]]) -> T:
    """In the topic; where that is gone or closed, once more without: General must not be named (pitfall 19)."""
    try:
        return await call(topic)
    except tge.BadRequest as error:
        if topic is None or outcome_of(error) != Failed("topic_gone"):
            raise
    return await call(None)
