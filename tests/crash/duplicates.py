"""Which Telegram messages are duplicates, told from the sandbox's log alone.

The rule: a message of the bot is a duplicate when the same text with the same buttons went to the same place before, and
nobody there did anything in between. (Every question's buttons carry a word of their own, so three reminders that read
alike are three messages, and one row that left twice is a duplicate.) A place is an owner's chat, or in the group the one
case that the text names (its six letters), else its topic; what somebody did is an update that came from there. For a
case the clock, the provider and the owner act as well, which is why in the group only an exact repeat of the very last
message about this case counts, or a second topic of the same name; two replies that came too late get two answers. A repeated edit is none: the provider refuses an edit
that changes nothing. Each duplicate is put down to the first kill after the message that it repeats, which is the one that hid
how that message had ended: a service that was killed again at once may leave two such messages to the third. ``kill`` is -1 where
none came in between.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.crash.truth import Truth
from tests.crash.world import GROUP

Json = dict[str, Any]
_CODE = re.compile(r"\b([ACDEFGHJKMNPQRTUVWXY34679]{6})\b")


@dataclass(frozen=True, slots=True)
class Repeat:
    """One duplicate: the number of its record, where, the first words, and the kill it is put down to."""

    record: int
    place: str
    words: str
    kill: int


def repeats(truth: Truth, kills: Sequence[int], screens: Mapping[int, str]) -> list[Repeat]:
    """All duplicates in the order in which they came. ``screens``: message id → the word that its buttons carry."""
    said: dict[str, dict[str, int]] = {}  # place → text → the number of its record
    replies: Counter[str] = Counter()  # topic of the group → replies that got no answer there yet
    found = []
    for record in truth.records:
        if record["kind"] == "update":
            for acted in _places_of(record["update"]):
                said.pop(acted, None)
            replies.update(_replied_in(record["update"]))
            continue
        if record["kind"] not in ("message", "photo", "document", "topic"):
            continue
        # Only the owner bot's messages are on those screens: the group counts for itself and may use the same numbers.
        shown = screens.get(record.get("message_id", 0), "") if record.get("bot") == "owner" else ""
        text = _text(record) + shown
        place = _place(record, text)
        before = said.get(place, {})
        answers = replies[place] > 0
        replies[place] -= answers
        if text in before and not answers:
            kill = bisect_left(kills, before[text])
            came_between = kill < bisect_left(kills, record["n"])
            found.append(Repeat(record["n"], place, text[:60], kill if came_between else -1))
        said[place] = ({} if record["chat"] == GROUP else before) | {text: record["n"]}
    return found


def _text(record: Json) -> str:
    if record["kind"] == "topic":
        return f"topic {record['name']}"
    return f"{record['kind']} {record.get('name') or ''} {record.get('text') or ''}".strip()


def _place(record: Json, text: str) -> str:
    if record["chat"] != GROUP:
        return str(record["chat"])
    code = _CODE.search(text)
    return f"case {code[1]}" if code else f"topic {record.get('thread_id')}"


def _replied_in(update: Json) -> list[str]:
    """The topic of the group in which somebody replied to something, or gave a command: each has one answer, also where two come at once."""
    message = update.get("message") or {}
    spoken = "reply_to_message" in message or str(message.get("text", "")).startswith("/")
    there = message.get("chat", {}).get("id") == GROUP and spoken
    return [f"topic {message.get('message_thread_id')}"] if there else []


def _places_of(update: Json) -> list[str]:
    """Where somebody did something: a chat, or a case and its topic."""
    message = update.get("message") or update.get("callback_query", {}).get("message") or {}
    chat = message.get("chat", {}).get("id")
    if chat != GROUP:
        return [str(chat)]
    about = update.get("callback_query", {}).get("data") or message.get("reply_to_message", {}).get("text") or ""
    code = _CODE.search(about)
    return [f"topic {message.get('message_thread_id')}", *([f"case {code[1]}"] if code else [])]
