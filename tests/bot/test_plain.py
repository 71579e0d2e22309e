"""Everyday updates are read without aiogram's models, and never otherwise than the models would."""

from copy import deepcopy
from typing import Any

from aiogram import types
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.owner import to_incoming
from bot.plain import plainly, without_ballast
from desk.receive import ByChat, Envelope

PERSON = {
    "id": 7, "is_bot": False, "first_name": "Mei", "last_name": "L", "username": "mei", "language_code": "zh-hant", "is_premium": True,
}  # fmt: skip
CHAT = {"id": 7, "type": "private", "first_name": "Mei", "last_name": "L", "username": "mei"}
ENTITY = {"offset": 0, "length": 6, "type": "bot_command"}
MESSAGE = {"message_id": 3, "from": PERSON, "chat": CHAT, "date": 1763800000, "text": "/start x", "entities": [ENTITY]}
ASKED = {"message_id": 2, "date": 0, "chat": CHAT, "from": PERSON, "text": "?", "reply_markup": {"inline_keyboard": []}}
PRESS = {"id": "88", "from": PERSON, "chat_instance": "-77", "data": "abc:1", "message": ASKED}
EVERYDAY = ({"update_id": 1, "message": MESSAGE}, {"update_id": 2, "callback_query": PRESS})

_FIELDS = (
    "update_id", "message", "callback_query", "message_id", "from", "from_user", "chat", "date", "text", "entities", "id", "is_bot",
    "first_name", "language_code", "is_premium", "type", "title", "offset", "length", "data", "chat_instance", "photo", "contact",
    "sticker", "caption", "via_bot", "forward_origin", "new_field_of_tomorrow",
)  # fmt: skip
_ODD = st.sampled_from(
    (None, True, False, 0, 1, -1, 2**31, 2**32, 2**53, 2**63, 1.0, 1.5, "", "1", "0", "private", "group", "/help", "/Status@bot now",
     "true", "2026-11-22", [], {}, [1], [ENTITY], [{}], CHAT, PERSON, MESSAGE, ASKED)
)  # fmt: skip


def by_the_models(update: dict[str, Any]) -> Envelope | str | None:
    """What the longer way gives; "refused" where the models raise."""
    try:
        return to_incoming(types.Update.model_validate(without_ballast(update)))
    except ValueError:
        return "refused"


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """An everyday update with a few of its fields lost, strange, or new, at any depth."""
    update: dict[str, Any] = deepcopy(draw(st.sampled_from(EVERYDAY)))
    for _ in range(draw(st.integers(0, 3))):
        place: Any = update
        while below := [
            v for v in (place.values() if isinstance(place, dict) else place) if isinstance(v, dict | list) and v
        ]:
            if draw(st.booleans()):
                break
            place = draw(st.sampled_from(below))
        if isinstance(place, list):
            place[0] = deepcopy(draw(_ODD))  # a shared value changed here would be another one in the next example
            continue
        name = draw(st.sampled_from((*place, *_FIELDS)))
        if draw(st.booleans()):
            place.pop(name, None)
        else:
            place[name] = deepcopy(draw(_ODD))
    return update


@settings(max_examples=3000, deadline=None)
@given(spoiled())
def test_what_is_read_plainly_the_models_read_alike(update: dict[str, Any]) -> None:
    """Or it is left to them."""
    found = plainly(update)
    if found is not None:
        chat, hint, incoming = found
        assert Envelope("owner", str(update["update_id"]), ByChat(chat, hint), incoming) == by_the_models(update)


def test_everyday_updates_need_no_models() -> None:
    """Else the short way would be there for nothing."""
    for update in EVERYDAY:
        assert plainly(update) is not None


def test_most_spoiled_updates_are_left_to_the_models() -> None:
    """Every field that is lost, of another type or unknown, one at a time."""
    for name in ("message_id", "from", "chat", "date", "text"):
        for value in (None, True, 1.5, [], {}):
            assert plainly({"update_id": 1, "message": {**MESSAGE, name: value}}) is None
        assert plainly({"update_id": 1, "message": {k: v for k, v in MESSAGE.items() if k != name}}) is None
    assert plainly({"update_id": 1, "message": {**MESSAGE, "photo": []}}) is None
    assert plainly({"update_id": True, "message": MESSAGE}) is None
