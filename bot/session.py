"""Below aiogram's ``Bot``: a session of ours at aiogram's own extension point, what its errors mean for an outbox row, and files.

aiogram's sessions read every answer into models, which was a quarter of a bot's time (performance.md 3), and prepare every outgoing
value one by one. Here a method leaves through orjson and of the answer only what is used is read.
"""

import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import orjson
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetFile, GetMe, GetWebhookInfo, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import File, InputFile, TelegramObject, User, WebhookInfo

from bot.wire import NoAnswer, NotConnected, TooLarge, Wire
from desk.sending import Failed, Outcome, Unsure

CALL_S: Final = 15.0  # below the desk's own limit for a call, so that our finding is the one that counts

_READ: Mapping[type[Any], type[TelegramObject]] = {GetMe: User, GetFile: File, GetWebhookInfo: WebhookInfo}
_BY_STATUS: Mapping[int, type[TelegramAPIError]] = {
    400: TelegramBadRequest,
    401: TelegramUnauthorizedError,
    403: TelegramForbiddenError,
    404: TelegramNotFound,
    409: TelegramConflictError,
    413: TelegramEntityTooLarge,
}
_CHAT_GONE = ("chat not found", "user not found", "peer_id_invalid", "deactivated")
_MARKUP = ("can't parse", "button_", "reply markup", "inline keyboard")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that Telegram took; all that is used of its answer."""

    message_id: int


class LeanSession(BaseSession):
    """Calls of one bot. Raises aiogram's exceptions for Telegram's errors, and NotConnected or NoAnswer of ``bot.wire`` for the network's."""

    def __init__(self, wire: Wire, api_url: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=CALL_S)
        self._wire = wire

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """The result: ``Accepted`` for messages, models for the few that ``_READ`` names, else what the JSON holds."""
        body, content_type = await _written(bot, method)
        path = f"/bot{bot.token}/{method.__api_method__}"
        status, answer = await self._wire.post(path, body, content_type, timeout or self.timeout)
        return cast(TelegramType, _result(method, status, answer))

    async def send_message(self, token: str, fields: Mapping[str, Any]) -> Accepted:
        """sendMessage from its plain fields: building aiogram's models for a keyboard costs thirty times what its JSON costs.

        The hot path of the owner bot; raises as ``make_request`` does.
        """
        status, answer = await self._wire.post(
            f"/bot{token}/sendMessage", orjson.dumps(fields), "application/json", self.timeout
        )
        accepted = _result(_SEND, status, answer)
        return accepted if isinstance(accepted, Accepted) else Accepted(0)

    async def edit_message(self, token: str, fields: Mapping[str, Any]) -> None:
        """editMessageText likewise."""
        status, answer = await self._wire.post(
            f"/bot{token}/editMessageText", orjson.dumps(fields), "application/json", self.timeout
        )
        _result(_SEND, status, answer)

    async def download(self, token: str, file_path: str, limit_bytes: int) -> tuple[int, bytes]:
        """HTTP status and bytes of a file that getFile has named; the link holds the token and is neither kept nor logged (pitfall 11)."""
        return await self._wire.get(f"/file/bot{token}/{quote(file_path)}", limit_bytes)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """For aiogram's own download methods, which we do not use: the whole body as one chunk."""
        yield (await self._wire.get(urlsplit(url).path, 20 * 1024 * 1024, timeout))[1]

    async def close(self) -> None:
        """Closes the connections."""
        await self._wire.close()


_SEND = SendMessage(chat_id=0, text="")  # what errors of ``send_message`` name as their method


async def _written(bot: Bot, method: TelegramMethod[Any]) -> tuple[bytes, str]:
    fields = _fields(method)
    files = {name: value for name, value in fields.items() if isinstance(value, InputFile)}
    if not files:
        return _json(fields), "application/json"
    border = secrets.token_hex(16)
    parts = [_part(border, name, _form_value(value)) for name, value in fields.items() if name not in files]
    for name, file in files.items():
        data = b"".join([chunk async for chunk in file.read(bot)])
        parts.append(_part(border, name, data, file.filename or name))
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"


def _fields(thing: Any) -> dict[str, Any]:
    """What was set. aiogram's ``Default`` means "whatever the bot's defaults say", and our bots have none."""
    return {name: value for name, value in thing.__dict__.items() if value is not None and type(value) is not Default}


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if isinstance(value, TelegramObject):
        return _fields(value)
    if isinstance(value, datetime):  # the Bot API counts seconds
        return int(value.timestamp())
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON.")


def _form_value(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else _json(value)


def _part(border: str, name: str, data: bytes, file_name: str = "") -> bytes:
    shown = "".join(char for char in file_name if char.isprintable() and char != '"')
    head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"'
    if file_name:
        head += f'; filename="{shown}"\r\nContent-Type: application/octet-stream'
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


def _result(method: TelegramMethod[Any], status: int, body: bytes) -> Any:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        if status >= 500:  # a gateway in between speaks HTML
            raise TelegramServerError(method=method, message=f"HTTP {status}")
        raise NoAnswer  # whatever this was, it was not Telegram's word on the call
    if answer.get("ok") is not True or "result" not in answer:
        raise _error(method, status, answer)
    result = answer["result"]
    model = _READ.get(type(method))
    if model is not None:
        return model.model_validate(result)
    return Accepted(result["message_id"]) if isinstance(result, dict) and "message_id" in result else result


def _error(method: TelegramMethod[Any], status: int, answer: Mapping[str, Any]) -> TelegramAPIError:
    code = answer.get("error_code", status)
    words = str(answer.get("description", ""))
    found = answer.get("parameters")
    wishes: Mapping[str, Any] = found if isinstance(found, dict) else {}
    if code == 429 or wishes.get("retry_after"):
        return TelegramRetryAfter(method=method, message=words, retry_after=int(wishes.get("retry_after") or 1))
    if wishes.get("migrate_to_chat_id"):
        return TelegramMigrateToChat(method=method, message=words, migrate_to_chat_id=wishes["migrate_to_chat_id"])
    kind = TelegramServerError if code >= 500 else _BY_STATUS.get(code, TelegramAPIError)
    return kind(method=method, message=words)


OUR_CALLS_ERRORS = (TelegramAPIError, NotConnected, NoAnswer, TooLarge)


def outcome_of(error: Exception) -> Outcome:
    """What an error of a call means for its outbox row: a row of ``desk.errors``, or Unsure where it may have happened."""
    words = error.message.lower() if isinstance(error, TelegramAPIError) else ""
    match error:
        case NotConnected():
            return Failed("no_connection")
        case TelegramRetryAfter():
            return Failed("too_fast", after_s=float(error.retry_after))
        case TelegramForbiddenError():
            return Failed("blocked")
        case TelegramUnauthorizedError() | TelegramNotFound():  # a token of the wrong shape is answered 404
            return Failed("not_authorised")
        case TelegramMigrateToChat():
            return Failed("chat_moved")
        case TelegramServerError():
            return Failed("their_fault")
        case TelegramEntityTooLarge() | TooLarge():
            return Failed("file_too_big")
        case TelegramBadRequest() if any(sign in words for sign in _CHAT_GONE):
            return Failed("blocked")
        case TelegramBadRequest() if any(sign in words for sign in _MARKUP):
            return Failed("bad_markup")
        case TelegramAPIError():
            return Failed("refused")
    return Unsure()


class CannotStart(Exception):
    """A sentence for the operator."""


def cannot_start(error: Exception) -> CannotStart:
    """Why setting the bot up failed."""
    outcome = outcome_of(error)
    code = outcome.code if isinstance(outcome, Failed) else "no_answer"
    if code == "not_authorised":
        return CannotStart("Telegram does not know OWNER_BOT_TOKEN.")
    return CannotStart(f"The owner bot could not be set up at Telegram ({code}).")
