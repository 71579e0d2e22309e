"""Which parameters each method takes, and of which form; written by hand from the published documentation.

An unknown parameter is refused here although Telegram ignores it: a misspelt name must not pass a test.
"""

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.shapes import Json, Upload
from sandbox.telegram.refusal import Refusal, bad

_QUIET = "disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id"
_PLACE = "business_connection_id chat_id:chat message_thread_id:int"
_SEND = f"{_PLACE} direct_messages_topic_id:int {_QUIET} suggested_post_parameters:json reply_parameters:json"
_CAPTION = "caption parse_mode caption_entities:json"
_TARGET = "business_connection_id chat_id:chat message_id:int inline_message_id reply_markup:json"
_TOPIC = "chat_id:chat message_thread_id:int"
_BILL = (
    "title description payload provider_token currency prices:json max_tip_amount:int suggested_tip_amounts:json"
    " provider_data photo_url photo_size:int photo_width:int photo_height:int need_name:bool need_phone_number:bool"
    " need_email:bool need_shipping_address:bool send_phone_number_to_provider:bool send_email_to_provider:bool"
    " is_flexible:bool"
)

_METHODS = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:json",
    "setWebhook": "url certificate:file ip_address max_connections:int allowed_updates:json"
    " drop_pending_updates:bool secret_token",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"{_SEND} text parse_mode entities:json link_preview_options:json reply_markup:json",
    "editMessageText": f"{_TARGET} text parse_mode entities:json link_preview_options:json",
    "editMessageCaption": f"{_TARGET} {_CAPTION} show_caption_above_media:bool",
    "editMessageReplyMarkup": _TARGET,
    "editMessageMedia": f"{_TARGET} media:json",
    "editMessageLiveLocation": f"{_TARGET} latitude:float longitude:float live_period:int horizontal_accuracy:float"
    " heading:int proximity_alert_radius:int",
    "deleteMessage": "chat_id:chat message_id:int",
    "deleteMessages": "chat_id:chat message_ids:json",
    "sendPhoto": f"{_SEND} photo:file {_CAPTION} show_caption_above_media:bool has_spoiler:bool reply_markup:json",
    "sendDocument": f"{_SEND} document:file thumbnail:file {_CAPTION} disable_content_type_detection:bool"
    " reply_markup:json",
    "sendMediaGroup": f"{_PLACE} direct_messages_topic_id:int {_QUIET} media:json reply_parameters:json",
    "getFile": "file_id",
    "answerCallbackQuery": "callback_query_id text show_alert:bool url cache_time:int",
    "getChat": "chat_id:chat",
    "getChatMember": "chat_id:chat user_id:int",
    "getChatAdministrators": "chat_id:chat return_bots:bool",
    "createForumTopic": "chat_id:chat name icon_color:int icon_custom_emoji_id",
    "editForumTopic": f"{_TOPIC} name icon_custom_emoji_id",
    "closeForumTopic": _TOPIC,
    "reopenForumTopic": _TOPIC,
    "deleteForumTopic": _TOPIC,
    "setMyCommands": "commands:json scope:json language_code",
    "getMyCommands": "scope:json language_code",
    "setMyDescription": "description language_code",
    "setMyShortDescription": "short_description language_code",
    "sendChatAction": f"{_PLACE} action",
    "pinChatMessage": "business_connection_id chat_id:chat message_id:int disable_notification:bool",
    "createInvoiceLink": f"business_connection_id {_BILL} subscription_period:int",
    "sendInvoice": f"chat_id:chat message_thread_id:int direct_messages_topic_id:int {_BILL} start_parameter {_QUIET}"
    " suggested_post_parameters:json reply_parameters:json reply_markup:json",
    "answerPreCheckoutQuery": "pre_checkout_query_id ok:bool error_message",
    "leaveChat": "chat_id:chat",
    "setChatMenuButton": "chat_id:int menu_button:json",
}


def _table(words: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in words.split())
    return {name: form or "str" for name, _, form in pairs}


METHODS = {name.lower(): (name, _table(words)) for name, words in _METHODS.items()}
"""Method name in lower case (Telegram does not mind the case) to its proper name and parameter forms."""


def _int(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError
    return float(value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return str(value).lower() in {"true", "1", "yes", "t"}


def _chat(value: Any) -> int | str:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) else value


def _str(value: Any) -> str:
    if isinstance(value, dict | list | Upload):
        raise ValueError
    return str(value)


_FORMS: dict[str, Callable[[Any], Any]] = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "chat": _chat,
    "json": _json,
    "str": _str,
    "file": lambda value: value,
}


def decoded(method: str, raw: Json) -> Json:
    """Turn form strings into the documented forms.

    Raises ``Refusal`` 404 for an unknown method, 400 for an unknown parameter or one of a wrong form.
    """
    if method.lower() not in METHODS:
        raise Refusal(404, "Not Found: method not found")
    forms = METHODS[method.lower()][1]
    if unknown := sorted(set(raw) - set(forms)):
        raise bad(f"unknown parameter {', '.join(unknown)}")
    return {name: _formed(name, forms[name], value) for name, value in raw.items() if value is not None}


def _formed(name: str, form: str, value: Any) -> Any:
    try:
        return _FORMS[form](value)
    except orjson.JSONDecodeError as error:
        raise bad(f"can't parse {name} JSON object") from error
    except (TypeError, ValueError) as error:
        raise bad(f"wrong parameter {name} in request") from error
