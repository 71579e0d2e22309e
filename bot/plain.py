"""Nearly all that owners send is plain text and presses: read from the JSON itself, at a tenth of what aiogram's models cost.

Only what has exactly the everyday shape is read here. Anything else, a field that Telegram adds tomorrow too, is left to the models, and
a test holds both readings against each other.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from flows import incoming as inc

Found = tuple[int, str, inc.Said | inc.Asked | inc.Pressed]  # private chat, language hint, what it says

_COMMAND = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s|$)", re.ASCII)
_LATEST: Final = 2**32  # of dates in seconds; what is beyond, the models take for milliseconds or refuse

_CHAT: Final[Mapping[str, type]] = {"id": int, "type": str, "first_name": str, "last_name": str, "username": str}
_PERSON: Final[Mapping[str, type]] = {
    "id": int, "is_bot": bool, "first_name": str, "last_name": str, "username": str, "language_code": str, "is_premium": bool,
}  # fmt: skip
_MESSAGE: Final[Mapping[str, type]] = {
    "message_id": int, "from": dict, "chat": dict, "date": int, "text": str, "entities": list,
}  # fmt: skip
_ENTITY: Final[Mapping[str, type]] = {"offset": int, "length": int, "type": str}
_QUERY: Final[Mapping[str, type]] = {"id": str, "from": dict, "message": dict, "chat_instance": str, "data": str}
# What the models will not do without.
_IN_PERSON, _IN_CHAT = frozenset({"id", "is_bot", "first_name"}), frozenset({"id", "type"})
_IN_PLACE = frozenset({"message_id", "date", "chat"})
_IN_MESSAGE, _IN_ENTITY, _IN_QUERY = _IN_PLACE | {"from", "text"}, frozenset(_ENTITY), frozenset(_QUERY)


def text_says(text: str) -> inc.Said | inc.Asked:
    """A text in its two sorts: words, or a command."""
    command = _COMMAND.match(text)
    return inc.Asked(command[1].lower()) if command else inc.Said(text)


def plainly(data: Mapping[str, Any]) -> Found | None:
    """What an update of the everyday shape says; None leaves it to the models."""
    if len(data) != 2 or type(data.get("update_id")) is not int:
        return None
    if "message" in data:
        return _message(data["message"])
    return _press(data["callback_query"]) if "callback_query" in data else None


def without_ballast(data: dict[str, Any]) -> dict[str, Any]:
    """A press brings the whole message it was on, keyboard included; of that only the place is read, and reading costs."""
    query = data.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return data
    place = {name: message[name] for name in ("message_id", "date", "chat") if name in message}
    return {**data, "callback_query": {**query, "message": place}}


def _message(message: Any) -> Found | None:
    if not (
        _is(message, _MESSAGE, _IN_MESSAGE) and all(_is(e, _ENTITY, _IN_ENTITY) for e in message.get("entities", ()))
    ):
        return None
    person = message["from"]
    if not (_is_private(message) and _is(person, _PERSON, _IN_PERSON)):
        return None
    return message["chat"]["id"], person.get("language_code", ""), text_says(message["text"])


def _press(query: Any) -> Found | None:
    if not (_is(query, _QUERY, _IN_QUERY) and _is(query["from"], _PERSON, _IN_PERSON)):
        return None
    message = query["message"]
    if not (message.keys() >= _IN_PLACE and type(message["message_id"]) is int and _is_private(message)):
        return None
    return (
        message["chat"]["id"],
        query["from"].get("language_code", ""),
        inc.Pressed(query["data"], message["message_id"]),
    )


def _is_private(message: Mapping[str, Any]) -> bool:
    chat, date = message["chat"], message["date"]
    return type(date) is int and 0 <= date < _LATEST and _is(chat, _CHAT, _IN_CHAT) and chat["type"] == "private"


def _is(thing: Any, shape: Mapping[str, type], needed: frozenset[str]) -> bool:
    """Whether it has all that is needed and nothing that is not of the shape. A truth value is no number here."""
    if type(thing) is not dict:
        return False
    for name, value in thing.items():
        if type(value) is not shape.get(name):
            return False
    return thing.keys() >= needed
