"""Bots, people and chats as the stand-in keeps them."""

import secrets
import time
from dataclasses import dataclass, field
from typing import ClassVar

from sandbox.shapes import Json


class Series:
    """One rising series of message or update numbers.

    A new series begins above all numbers given so far, and at every start of the sandbox higher than before: a product that
    kept its data meets no number twice, provided that not more than ten a second were given on the average.
    """

    _highest: ClassVar[int] = int((time.time() - 1_780_000_000) * 10)

    def __init__(self) -> None:
        self._last = Series._highest

    def next(self) -> int:
        """The next number."""
        self._last += 1
        Series._highest = max(Series._highest, self._last)
        return self._last


@dataclass(slots=True)
class Person:
    """Someone with a Telegram account."""

    id: int
    name: str
    role: str
    phone: str | None = None
    language_code: str | None = None

    def user(self) -> Json:
        """The person as a ``User``."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        return {**user, "language_code": self.language_code} if self.language_code else user

    def card(self) -> Json:
        """The person for the page."""
        return {"id": self.id, "name": self.name, "phone": self.phone, "language_code": self.language_code}


@dataclass(slots=True)
class Profile:
    """What a bot says about itself; commands by scope and language."""

    commands: dict[str, list[Json]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    menus: dict[int, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Bot:
    """One of the two bots; ``numbers`` are those of the messages in all its private chats and basic groups."""

    key: str
    token: str
    profile: Profile = field(default_factory=Profile)
    numbers: Series = field(default_factory=Series)

    @property
    def id(self) -> int:
        """The number before the colon of its token."""
        return int(self.token.split(":")[0])

    def user(self) -> Json:
        """The bot as a ``User``, the form inside messages."""
        name = {"owner": "Second Look", "staff": "Second Look Staff"}[self.key]
        return {"id": self.id, "is_bot": True, "first_name": name, "username": f"second_look_{self.key}_bot"}

    def card(self) -> Json:
        """The bot for the page."""
        user = self.user()
        return {"id": self.id, "key": self.key, "name": user["first_name"], "username": user["username"]}


@dataclass(slots=True)
class Topic:
    """A forum topic; its number is that of the service message that opened it."""

    thread_id: int
    name: str
    icon_color: int
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat of one bot with one person, or the staff group.

    ``numbers`` are those of a supergroup. In Telegram only channels and supergroups count for themselves; all other
    chats draw from the one series of the account (core.telegram.org/api/channel), which here is the bot's. ``keyboarded``
    are the messages that came with a reply keyboard: they cannot be edited, and the ``Message`` does not show it.
    """

    id: int
    kind: str
    title: str
    bot: Bot
    is_forum: bool = False
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    rights: bool = True
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: list[list[Json]] | None = None
    instance: str = field(default_factory=lambda: str(secrets.randbits(62)))
    numbers: Series = field(default_factory=Series)
    keyboarded: set[int] = field(default_factory=set)

    @property
    def private(self) -> bool:
        """Whether this is a chat of a bot and one person."""
        return self.kind == "private"

    def next_number(self) -> int:
        """The number of the next message here."""
        return (self.numbers if self.kind == "supergroup" else self.bot.numbers).next()

    def shape(self) -> Json:
        """The chat as a ``Chat``, the form inside messages."""
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.title}
        shape: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return {**shape, "is_forum": True} if self.is_forum else shape
