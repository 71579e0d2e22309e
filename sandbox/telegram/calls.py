"""From a method's name to what is done, and back to an answer in the Bot API's form."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from sandbox.answers import Answer, carried
from sandbox.faults import Fault
from sandbox.shapes import Json, Upload
from sandbox.telegram import editing, media, payments, profile, sending, topics
from sandbox.telegram.grammar import METHODS, decoded
from sandbox.telegram.places import Bot
from sandbox.telegram.refusal import Refusal
from sandbox.telegram.town import Town

Doing = Callable[[Town, Bot, Json], Awaitable[Any]]
DoingWithFiles = Callable[[Town, Bot, Json, media.Parts], Awaitable[Any]]


async def get_updates(town: Town, bot: Bot, params: Json) -> list[Json]:
    """``getUpdates`` → the waiting updates; 409 while a webhook is set."""
    if town.webhooks[bot.key].target:
        raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
                           "the webhook first")  # fmt: skip
    return await town.updates[bot.key].poll(params)


async def set_webhook(town: Town, bot: Bot, params: Json) -> bool:
    """``setWebhook`` → ``True``."""
    town.webhooks[bot.key].aim(params)
    return True


async def delete_webhook(town: Town, bot: Bot, params: Json) -> bool:
    """``deleteWebhook`` → ``True``."""
    town.webhooks[bot.key].remove(params)
    return True


async def get_webhook_info(town: Town, bot: Bot, params: Json) -> Json:
    """``getWebhookInfo`` → ``WebhookInfo``."""
    return town.webhooks[bot.key].info()


_PLAIN: dict[str, Doing] = {
    "getMe": profile.get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": sending.send_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageLiveLocation": editing.edit_message_live_location,
    "deleteMessage": editing.delete_message,
    "getFile": media.get_file,
    "answerCallbackQuery": sending.answer_callback_query,
    "getChat": profile.get_chat,
    "getChatMember": profile.get_chat_member,
    "getChatAdministrators": profile.get_chat_administrators,
    "createForumTopic": topics.create_forum_topic,
    "editForumTopic": topics.edit_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "sendChatAction": sending.send_chat_action,
    "pinChatMessage": sending.pin_chat_message,
    "createInvoiceLink": payments.create_invoice_link,
    "sendInvoice": payments.send_invoice,
    "answerPreCheckoutQuery": payments.answer_pre_checkout_query,
    "leaveChat": profile.leave_chat,
    "setChatMenuButton": profile.set_chat_menu_button,
}
_WITH_FILES: dict[str, DoingWithFiles] = {
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendMediaGroup": media.send_media_group,
    "editMessageMedia": editing.edit_message_media,
}


async def call(town: Town, bot: Bot, method: str, raw: Json) -> Response:
    """Carry out one request: faults first, then the method; everything is written down before the answer goes out."""
    name = METHODS.get(method.lower(), (method, {}))[0]
    parts = {part: value for part, value in raw.items() if isinstance(value, Upload)}
    seen = _without_attached(raw, parts)

    async def act() -> Answer:
        try:
            return Answer(200, {"ok": True, "result": await _done(town, bot, name, seen, parts)})
        except Refusal as refusal:
            error = refusal.description
            town.ledger.write("refused", bot=bot.key, method=name, error=error, params=_written(seen))
            return refusal.answer()

    status, response = await carried(town.faults, "telegram", name, act, _spoken)
    if name != "getUpdates" or status != 200:
        town.ledger.request("telegram", name, {"bot": bot.key, **_readable(name, seen)}, status)
    return response


async def carry_out(town: Town, bot: Bot, method: str, raw: Json) -> None:
    """A method that a webhook's answer named; there is nobody to tell how it went."""
    await call(town, bot, method, raw)


async def _done(town: Town, bot: Bot, name: str, seen: Json, parts: media.Parts) -> Any:
    params = decoded(name, seen)
    if name in _WITH_FILES:
        return await _WITH_FILES[name](town, bot, params, parts)
    return await _PLAIN[name](town, bot, params)


def _without_attached(raw: Json, parts: media.Parts) -> Json:
    """Leave out parts that only serve an ``attach://`` value; any other stray part counts as an unknown parameter."""
    words = " ".join(value for value in raw.values() if isinstance(value, str) and "attach://" in value)
    attached = {name for name in parts if f"attach://{name}" in words}
    return {name: value for name, value in raw.items() if name not in attached}


def _written(params: Json) -> Json:
    return {
        name: {"file_name": value.name, "size": len(value.content)} if isinstance(value, Upload) else value
        for name, value in params.items()
    }


def _readable(name: str, seen: Json) -> Json:
    try:
        return _written(decoded(name, seen))
    except Refusal:
        return _written(seen)


def _spoken(fault: Fault) -> Answer:
    if fault.kind == "429":
        wait = fault.retry_after
        refusal = Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
    else:
        status = 502 if fault.kind == "502" else 500
        refusal = Refusal(status, "Bad Gateway" if status == 502 else "Internal Server Error")
    return refusal.answer()
