"""Everything the Telegram stand-in knows: bots, people, chats, files, updates, presses."""

import itertools
import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.push import Pusher
from sandbox.shapes import Json
from sandbox.telegram.files import Files
from sandbox.telegram.places import Bot, Chat, Person
from sandbox.telegram.refusal import bad, forbidden
from sandbox.telegram.updates import Updates
from sandbox.telegram.webhooks import Calling, Webhook

CALLBACK_SECONDS = 60


@dataclass(slots=True)
class Press:
    """A pressed button waiting for the bot's answer."""

    id: str
    bot: str
    chat: int
    until: float
    answer: Json | None = None


@dataclass(slots=True)
class Bill:
    """An invoice of the Bot API, by link or in a message, and the question before its payment."""

    bot: str
    params: Json
    checkout: str | None = None
    answer: Json | None = None


class Town:
    """The state of the Telegram stand-in; methods here find things or raise Telegram's own refusals."""

    def __init__(self, config: Config, clock: Clock, ledger: Ledger, faults: Faults, pusher: Pusher) -> None:
        self.config = config
        self.clock = clock
        self.ledger = ledger
        self.files = Files(clock)
        self.bots = {key: Bot(key, token) for key, token in _tokens(config).items()}
        self.by_token = {bot.token: bot for bot in self.bots.values()}
        self.people = {person.id: person for person in _people(config)}
        self.private: dict[tuple[str, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.updates = {key: Updates(bot, ledger, faults) for key, bot in self.bots.items()}
        self.webhooks: dict[str, Webhook] = {}
        self.presses: dict[str, Press] = {}
        self.bills: dict[str, Bill] = {}
        self._numbers = itertools.count(1)
        self._pusher = pusher
        self.faults = faults
        self._settle()

    def _settle(self) -> None:
        group_id = self.config.staff_chat_id
        kind = "supergroup" if str(group_id).startswith("-100") else "group"
        forum = self.config.staff_forum and kind == "supergroup"
        group = Chat(group_id, kind, "Second Look doctors", self.bots["staff"], is_forum=forum, started=True)
        group.members = {person.id: "member" for person in self.people.values() if person.role != "owner"}
        if self.config.doctors:
            group.members[self.config.doctors[0]["id"]] = "creator"
        self.groups[group_id] = group

    def listen(self, call: Calling) -> None:
        """Make the webhooks; ``call`` carries out methods named in their answers."""
        for key, updates in self.updates.items():
            self.webhooks[key] = Webhook(updates, self._pusher, self.faults, call)

    def number(self) -> str:
        """A new long number, for callback and checkout queries."""
        return f"{secrets.randbits(50)}{next(self._numbers):06d}"

    def private_chat(self, bot: Bot, person: Person) -> Chat:
        """The chat of this person with this bot, made when it is first looked at."""
        key = (bot.key, person.id)
        if key not in self.private:
            self.private[key] = Chat(person.id, "private", person.name, bot)
        return self.private[key]

    def chat(self, bot: Bot, chat_id: object) -> Chat:
        """The chat a bot names; raises ``Refusal`` when it is unknown, has moved or is closed to the bot."""
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        if isinstance(chat_id, int) and chat_id in self.people:
            return self._own_private(bot, self.people[chat_id])
        group = self.groups.get(chat_id) if isinstance(chat_id, int) else None
        if group is None:
            raise bad("chat not found")
        if group.migrated_to:
            words = "group chat was upgraded to a supergroup chat"
            raise bad(words, {"migrate_to_chat_id": group.migrated_to})
        if group.bot is not bot:
            raise forbidden(f"bot is not a member of the {group.kind} chat")
        if group.members.get(bot.id) == "left":
            raise forbidden(f"bot is not a member of the {group.kind} chat")
        return group

    def _own_private(self, bot: Bot, person: Person) -> Chat:
        chat = self.private_chat(bot, person)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def message(self, chat: Chat, message_id: object, what: str) -> Json:
        """A message of the chat; raises ``Refusal`` "message to … not found"."""
        found = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if found is None:
            raise bad(f"message to {what} not found")
        return found

    def tell(self, bot: Bot, kind: str, payload: Json, lane: str) -> int | None:
        """Give a bot an update of this kind; gives its number."""
        entry = self.updates[bot.key].add(kind, payload, lane)
        self.webhooks[bot.key].start(lane)
        return entry.update_id if entry else None

    def press(self, query_id: object, bot: Bot) -> Press:
        """The pressed button a bot answers; raises ``Refusal`` when too old, unknown or answered already."""
        found = self.presses.get(str(query_id))
        if not found or found.bot != bot.key or found.answer is not None or found.until < self.clock.seconds():
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return found


def _tokens(config: Config) -> dict[str, str]:
    return {"owner": config.owner_token, "staff": config.staff_token}


def _people(config: Config) -> list[Person]:
    people = []
    for role, cards in (("owner", config.owners), ("doctor", config.doctors), ("outsider", config.outsiders)):
        for card in cards:
            people.append(Person(card["id"], card["name"], role, card.get("phone"), card.get("language_code")))
    return people
