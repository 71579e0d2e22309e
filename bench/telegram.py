"""Telegram as the bots see it: answers to the calls they make, cheap enough that the bots are what is measured."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import orjson

OWNER_TOKEN: Final = "1000001:" + "O" * 35  # made up: these open nothing
STAFF_TOKEN: Final = "1000002:" + "S" * 35
STAFF_CHAT: Final = -1001000000001
SENT_AT: Final = 1_790_000_000

Heard = Callable[[str, int, list[list[dict[str, str]]]], None]  # text, message id, inline keyboard
Json = dict[str, Any]


class Telegram:
    """One per round. ``listeners``: private chat → who reads there. ``calls`` counts methods, ``strays`` messages to nobody."""

    def __init__(self) -> None:
        self.listeners: dict[int, Heard] = {}
        self.calls: Counter[str] = Counter()
        self.strays = 0
        self._webhooks: dict[str, Json] = {}
        self._checked: set[str] = set()
        self._last_id = 1000

    def webhook_checked(self, token: str) -> bool:
        """Whether this bot has set its webhook and read back that it is kept: the last thing it does before it is up."""
        return token in self._checked

    def delay_s(self, method: str) -> float:
        """How long an answer is kept back."""
        return 0.0

    def answer(self, token: str, method: str, call: Json) -> Any:
        """The ``result`` of a call."""
        self.calls[method] += 1
        name = method.lower()
        if name.startswith(("sendmessage", "sendphoto", "senddocument", "edit")):
            return self._message(name, call)
        match name:
            case "getme":
                return _bot(token) | {"can_join_groups": True, "can_read_all_group_messages": False}
            case "setwebhook":
                self._webhooks[token] = call
            case "getwebhookinfo":
                return self._webhook_info(token)
            case "getchat":
                return _chat(int(call["chat_id"])) | {"accent_color_id": 0, "max_reaction_count": 11}
            case "createforumtopic":
                return {"message_thread_id": self._next_id(), "name": call["name"], "icon_color": 7322096}
            case "getfile":
                return {"file_id": call["file_id"], "file_unique_id": "u", "file_size": 0, "file_path": "none"}
        return True

    def carry_out(self, body: bytes) -> None:
        """A call that stood in the answer to an update: nobody is told what became of it."""
        call = orjson.loads(body)
        if "method" in call:
            self.answer(OWNER_TOKEN, call.pop("method"), call)

    def _message(self, name: str, call: Json) -> Json:
        chat = int(call["chat_id"])
        text = call.get("text") or call.get("caption") or ""
        number = int(call["message_id"]) if name.startswith("edit") else self._next_id()
        keyboard = _parsed(call.get("reply_markup") or {}).get("inline_keyboard", [])
        listener = self.listeners.get(chat)
        if listener:
            listener(text, number, keyboard)
        else:
            self.strays += 1
        message = {"message_id": number, "date": SENT_AT, "chat": _chat(chat), "from": _bot(OWNER_TOKEN), "text": text}
        return message | {"reply_markup": {"inline_keyboard": keyboard}} if keyboard else message

    def _webhook_info(self, token: str) -> Json:
        kept = self._webhooks.get(token, {})
        self._checked.add(token)
        return {
            "url": kept.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "allowed_updates": _parsed(kept.get("allowed_updates", [])),
        }

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _parsed(value: Any) -> Any:
    """Libraries that send forms write their inner objects as JSON."""
    return orjson.loads(value) if isinstance(value, str) else value


def _bot(token: str) -> Json:
    return {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


def _chat(chat: int) -> Json:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "Doctors", "is_forum": True}
    return {"id": chat, "type": "private", "first_name": "Owner"}
