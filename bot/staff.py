"""The staff bot: presses and replies of enrolled doctors become envelopes; commands are answered at once (``bot.staff_answers``).

python-telegram-bot is a typed parser and sender only: no Application, no handlers, no queue, so nothing is acknowledged
before it is durable (pitfall 2). What else is said in the group is neither kept nor logged (pitfall 20).
"""

import asyncio
import hmac
import logging
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
import structlog
import telegram as tg
from telegram import error as tge

from bot import enrolment, own_time, private_chat, refused, topics, visible
from bot.enrolment import Enrol
from bot.group import CannotStart, Group, outcome_of
from bot.own_words import OwnTime, Reply
from bot.page_link import Rebuff, started
from bot.staff_answers import COMMANDS, Answers, Command
from desk.desk import Desk
from desk.enrolment import enrolled
from desk.receive import ByCase, ByCode, Envelope, Receipt
from flows.clinic import Clinic
from flows.doctors import not_here
from flows.effects import Answer
from flows.incoming import StaffPressed, StaffReplied
from flows.prompts import asks
from flows.wording import mark, say
from storage import inbox, posts

log = structlog.get_logger(__name__)

CHANNEL: Final = "staff"
WANTED: Final = ("message", "callback_query")
SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"
BODY_BYTES: Final = 1024 * 1024
NOT_ENROLLED: Final = mark("Only enrolled doctors can decide. Ask the clinic to enrol you.")
NOT_HERE: Final = mark("This works only in the doctors' group.")
ANONYMOUS: Final = mark("Please turn off “Remain anonymous” in your admin rights: a decision needs a name.")
NO_BUTTON: Final = mark("This button is no longer in use.")
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.ASCII | re.DOTALL)

# Both write URLs, which hold the token; the latter also writes whole answers when they cannot be read (pitfall 97).
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
logging.getLogger("telegram").setLevel(logging.CRITICAL)

Headers = Mapping[bytes, list[bytes]]
FindPost = Callable[[int], posts.Post | None]  # message id in the chat it was written in → what we posted there


class GroupMoved(NamedTuple):
    """The staff group has a new id."""

    old: int
    new: int


Heard = Envelope | Command | OwnTime | Enrol | Rebuff | GroupMoved | None


def to_envelope(update: tg.Update, clinic: Clinic, chat_id: int, find_post: FindPost) -> Heard:
    """What an update says; None = not for us, and not to be kept. ``chat_id``: the staff group's id now."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, clinic, chat_id)
    message = update.message
    if message is None:
        return None
    if message.migrate_from_chat_id == chat_id:
        return GroupMoved(chat_id, message.chat.id)
    if message.chat.id != chat_id:
        return _alone(update.update_id, message, clinic, find_post)
    if message.migrate_to_chat_id is not None:
        return GroupMoved(chat_id, message.migrate_to_chat_id)
    return _said(update.update_id, message, clinic, find_post)


def _alone(update_id: int, message: tg.Message, clinic: Clinic, find_post: FindPost) -> Heard:
    """In a private chat: a code enrols, also a doctor's new one; /start and the code of a case are a doctor's way to its page; a reply answers."""
    if new := enrolment.asked(message, clinic):
        return new
    return (
        own_time.alone(message, clinic)
        or started(CHANNEL, update_id, message, clinic)
        or private_chat.replied(CHANNEL, update_id, message, clinic, find_post)
    )


def _pressed(update_id: int, query: tg.CallbackQuery, clinic: Clinic, chat_id: int) -> Heard:
    own = own_time.about(query.data or "")
    here = (chat_id, query.from_user.id) if own or private_chat.may_be_alone(query.data or "") else (chat_id,)
    if query.message is None or query.message.chat.id not in here:
        return Rebuff(NOT_HERE)
    doctor = clinic.doctor_by_telegram(query.from_user.id)
    if doctor is None:
        return Rebuff(NOT_ENROLLED)
    if own:
        return OwnTime(doctor, data=query.data or "", about=own)
    data = refused.DATA.fullmatch(query.data or "")
    if data is None:
        return Rebuff(NO_BUTTON)
    pressed = StaffPressed(doctor.key, query.from_user.id, data[0])
    return Envelope(CHANNEL, str(update_id), ByCode(data[1]), pressed)


def _said(update_id: int, message: tg.Message, clinic: Clinic, find_post: FindPost) -> Heard:
    said = _COMMAND.fullmatch((message.text or "").strip())
    known = said is not None and said[1] in COMMANDS
    prompt = message.reply_to_message
    post = find_post(prompt.message_id) if prompt is not None else None
    asked = prompt is not None and post is not None and asks(post.role)
    if (not known and not asked) or message.via_bot is not None:
        return None
    if message.sender_chat is not None or message.from_user is None:
        return Rebuff(ANONYMOUS)
    doctor = clinic.doctor_by_telegram(message.from_user.id)
    if doctor is None:
        return Rebuff(NOT_ENROLLED)
    if prompt is None or post is None or not asked:
        if said is None:
            return None
        argument = (said[3] or "").strip()
        if said[1] in own_time.PARTS:
            return OwnTime(doctor, argument, about=said[1])
        return Command(said[1], argument, doctor.key)
    text = visible(message.text or message.caption or "")
    replied = StaffReplied(doctor.key, message.from_user.id, prompt.message_id, text, post.role)
    return Envelope(CHANNEL, str(update_id), ByCase(post.case_id), replied)


def _sender(envelope: Envelope) -> dict[str, int]:
    """Who it came from, for the second try."""
    match envelope.incoming:
        case StaffPressed(doctor=doctor, person=person) | StaffReplied(doctor=doctor, person=person):
            return {doctor: person}
    return {}


class StaffBot:
    """One bot token and one group. ``secrets``: those that webhooks may carry now; none = every webhook is refused."""

    def __init__(
        self, token: str, api_url: str, desk: Desk, clinic: Clinic, chat_id: int, secrets: Sequence[str] = ()
    ) -> None:
        """``api_url`` without a path, "" = Telegram itself. Raises CannotStart."""
        self.group = Group(token, api_url, desk, chat_id)
        self.bot = self.group.bot
        self._desk = desk
        self._clinic = clinic
        self._language = clinic.languages[0]
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._answers = Answers(desk, clinic)
        self._words: set[asyncio.Task[None]] = set()

    async def webhook(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """One HTTP delivery: status and body of the answer. 2xx only once the update is durable (pitfalls 2, 3, 24)."""
        given = headers.get(SECRET_HEADER, [])
        # A list and no early end: the time it takes tells nothing about which secret was nearly right.
        if len(given) != 1 or not any([hmac.compare_digest(given[0], secret) for secret in self._secrets]):
            return 401, b""
        if len(body) > BODY_BYTES:
            return 413, b""
        return await self.on_update(body), b""

    async def on_update(self, raw: bytes) -> int:
        """Takes in one raw update. 200 durable or not for us, 400 no JSON, 503 could not be written down."""
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return 400
        try:
            await self._take(data, raw)
        except Exception as error:  # nothing could be written: Telegram must come again
            log.error("update_not_taken", channel=CHANNEL, error=type(error).__name__)
            return 503
        return 200

    async def _take(self, data: Any, raw: bytes) -> None:
        if not isinstance(data, dict) or type(data.get("update_id")) is not int or not data.keys() & set(WANTED):
            log.info("update_ignored", channel=CHANNEL)
            return
        try:
            update = tg.Update.de_json(data)
        except Exception as error:  # whatever a missing field leads to: kept for a person (pitfall 4)
            key, name, now = str(data["update_id"]), type(error).__name__, self._desk.clock()
            await self._desk.store.run(lambda conn: inbox.fail(conn, CHANNEL, key, raw, name, now))
            log.error("update_unreadable", channel=CHANNEL, error=name)
            return
        chat = await self.group.chat()
        await topics.watch(self._desk, update.message, chat)
        where = update.message.chat.id if update.message else chat  # the numbers of messages are each chat's own
        heard = await self._desk.store.read(
            lambda conn: to_envelope(
                update, enrolled(conn, self._clinic), chat, lambda message: posts.find(conn, where, message)
            )
        )
        await self._act(update, heard, data, chat)

    async def _act(self, update: tg.Update, heard: Heard, data: dict[str, Any], chat: int) -> None:
        match heard:
            case Envelope(address=address):
                # Kept only when handling raises; the case of a prompt is noted because a second try cannot look it up.
                case_id = address.case_id if isinstance(address, ByCase) else ""
                kept = {"update": data, "case": case_id, "chat": chat, "enrolled": _sender(heard)}
                kept |= {"role": heard.incoming.role} if isinstance(heard.incoming, StaffReplied) else {}
                receipt = await self._desk.accept(heard, orjson.dumps(kept))
                if receipt.fresh:
                    self._begin(self._tell(update, receipt))
            case OwnTime():
                if reply := await own_time.carry_out(self._desk, heard, str(update.update_id)):
                    self._begin(own_time.answer(self.group, update, reply))
            case Enrol():
                if said := await enrolment.carry_out(self._desk, heard, str(update.update_id)):
                    self._begin(own_time.answer(self.group, update, Reply(said)))
            case GroupMoved(old=old, new=new):
                await self.group.moved(old, new)
            case Rebuff(sentence=sentence) if update.callback_query is not None:
                await refused.keep(self._desk, update, chat)
                self._begin(self.group.notice(update.callback_query.id, say(self._language, sentence), alert=True))
            case Rebuff() | Command() if update.message is not None:
                key, now = str(update.update_id), self._desk.clock()
                if await self._desk.store.run(lambda conn: inbox.claim(conn, CHANNEL, key, now)):
                    if isinstance(heard, Rebuff):
                        await refused.keep(self._desk, update, chat)
                    self._begin(self._answer(update.message, heard))

    def reading(self, raw: bytes) -> Envelope | None:
        """For the second try of an update whose handling raised; None for what cannot be read at all."""
        kept = orjson.loads(raw)
        if "update" not in kept:
            return None
        update, post = tg.Update.de_json(kept["update"]), posts.Post(kept["case"], kept.get("role", "prompt"))
        clinic = self._clinic.with_accounts(kept.get("enrolled", {}))  # as it was when it came in
        heard = to_envelope(update, clinic, kept["chat"], lambda _: post)
        return heard if isinstance(heard, Envelope) else None

    def _begin(self, words: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(words)
        self._words.add(task)
        task.add_done_callback(self._words.discard)

    async def _tell(self, update: tg.Update, receipt: Receipt) -> None:
        lost = Answer("") if receipt.found else not_here(self._language)
        answer = receipt.answer or lost
        if update.callback_query is not None:
            await self.group.notice(update.callback_query.id, answer.text, answer.alert)
        elif update.message is not None:
            await self.group.reply(update.message, answer.text)

    async def _answer(self, message: tg.Message, heard: Command | Rebuff) -> None:
        if isinstance(heard, Rebuff):
            await self.group.reply(message, say(self._language, heard.sentence))
            return
        answer = await self._answers.to(heard)
        await self.group.reply(message, answer.text, answer.card, answer.keys, answer.picture)

    async def fetch(self, offset: int, wait_s: int) -> list[dict[str, Any]]:
        """Raw updates for ``polling.Poller``. Not ``get_updates``: one that it cannot read would stop them all."""
        asked = {"offset": offset, "timeout": wait_s, "allowed_updates": list(WANTED)}
        # Telegram does not mind the case of a name; so spelt, the library does not warn of its own parsed one.
        found: list[dict[str, Any]] = await self.bot.do_api_request("GetUpdates", asked, read_timeout=wait_s + 10)
        return found

    async def set_up(self, webhook_url: str = "") -> str:
        """Tells Telegram the commands and where updates go ("" = polling). Gives the bot's name. Raises CannotStart."""
        try:
            me = await self.bot.get_me()
            await self.group.has_topics(ask=True)
            await self.bot.set_my_commands([(name, say(self._language, about)) for name, about in COMMANDS.items()])
            if webhook_url:
                await self._set_webhook(webhook_url)
            else:
                await self.bot.delete_webhook(drop_pending_updates=False)
        except tge.TelegramError as error:
            code = getattr(outcome_of(error), "code", "no_answer")
            raise CannotStart(f"The staff bot could not be set up ({code}): STAFF_BOT_TOKEN? STAFF_CHAT_ID?") from None
        return me.username or ""

    async def _set_webhook(self, url: str) -> None:
        if not self._secrets or len(self._secrets[0]) < 32:
            raise CannotStart("TELEGRAM_WEBHOOK_SECRET must have at least 32 characters.")
        await self.bot.set_webhook(url, allowed_updates=list(WANTED), secret_token=self._secrets[0].decode())
        info = await self.bot.get_webhook_info()  # a stolen or half-set webhook shows itself here (pitfall 25)
        if info.url != url or sorted(info.allowed_updates or ()) != sorted(WANTED):
            raise CannotStart("Telegram did not keep the staff bot's webhook; does another program use its token?")

    async def close(self) -> None:
        """Lets the words under way end, then closes the connections."""
        if self._words:
            await asyncio.wait(set(self._words), timeout=5)
        await self.group.close()
