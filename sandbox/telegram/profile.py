"""What bots ask about themselves and about chats, and what they set about themselves."""

import re
from typing import Any

import orjson

from sandbox.shapes import Json
from sandbox.telegram.places import Bot, Chat
from sandbox.telegram.refusal import bad
from sandbox.telegram.town import Town

_GIFTS = {"unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True,
          "gifts_from_channels": True}  # fmt: skip
_RIGHTS = ("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
           "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
           "can_delete_stories", "can_pin_messages", "can_manage_topics")  # fmt: skip


async def get_me(town: Town, bot: Bot, params: Json) -> Json:
    """``getMe`` → ``User`` with the fields only this method gives."""
    extra = ("can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics",
             "supports_inline_queries", "can_read_all_group_messages")  # fmt: skip
    return {**bot.user(), "can_join_groups": True, **dict.fromkeys(extra, False)}


async def get_chat(town: Town, bot: Bot, params: Json) -> Json:
    """``getChat`` → ``ChatFullInfo``."""
    chat = town.chat(bot, params.get("chat_id"))
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    full: Json = {**chat.shape(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    return {**full, "pinned_message": pinned} if pinned else full


def member(town: Town, chat: Chat, user_id: int) -> Json:
    """A ``ChatMember`` of the group; raises ``Refusal`` for a user nobody knows."""
    if user_id == chat.bot.id:
        status = "administrator" if chat.rights else "member"
        return _granted(chat) if chat.rights else {"status": status, "user": chat.bot.user()}
    person = town.people.get(user_id)
    if person is None:
        raise bad("PARTICIPANT_ID_INVALID")
    status = chat.members.get(user_id, "left")
    card: Json = {"status": status, "user": person.user()}
    if status == "administrator":
        return {**card, "can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
    extra: dict[str, Json] = {"creator": {"is_anonymous": False}, "kicked": {"until_date": 0}}
    return {**card, **extra.get(status, {})}


def _granted(chat: Chat) -> Json:
    head = {"status": "administrator", "user": chat.bot.user(), "can_be_edited": False, "is_anonymous": False}
    return {**head, **dict.fromkeys(_RIGHTS, True)}


async def get_chat_member(town: Town, bot: Bot, params: Json) -> Json:
    """``getChatMember`` → ``ChatMember``."""
    chat = town.chat(bot, params.get("chat_id"))
    if chat.private:
        raise bad("there are no members in the private chat")
    return member(town, chat, params.get("user_id", 0))


async def get_chat_administrators(town: Town, bot: Bot, params: Json) -> list[Json]:
    """``getChatAdministrators`` → the creator, and this bot itself when it is one."""
    chat = town.chat(bot, params.get("chat_id"))
    if chat.private:
        raise bad("there are no administrators in the private chat")
    ids = [user_id for user_id, status in chat.members.items() if status in {"creator", "administrator"}]
    return [member(town, chat, user_id) for user_id in [*ids, *([bot.id] if chat.rights else [])]]


async def leave_chat(town: Town, bot: Bot, params: Json) -> bool:
    """``leaveChat`` → ``True``."""
    chat = town.chat(bot, params.get("chat_id"))
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.members[bot.id] = "left"
    return True


def _scope(params: Json) -> str:
    scope = orjson.dumps(params.get("scope") or {"type": "default"}, option=orjson.OPT_SORT_KEYS).decode()
    return f"{scope} {params.get('language_code', '')}"


async def set_my_commands(town: Town, bot: Bot, params: Json) -> bool:
    """``setMyCommands`` → ``True``."""
    commands = params.get("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _command(command)
    bot.profile.commands[_scope(params)] = commands
    return True


def _command(command: Any) -> None:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        raise bad("can't parse BotCommand: wrong fields")
    if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(command["description"]) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


async def get_my_commands(town: Town, bot: Bot, params: Json) -> list[Json]:
    """``getMyCommands`` → the commands of exactly this scope and language."""
    return bot.profile.commands.get(_scope(params), [])


async def set_my_description(town: Town, bot: Bot, params: Json) -> bool:
    """``setMyDescription`` → ``True``; at most 512 characters."""
    return _described(bot, params, "description", 512)


async def set_my_short_description(town: Town, bot: Bot, params: Json) -> bool:
    """``setMyShortDescription`` → ``True``; at most 120 characters."""
    return _described(bot, params, "short_description", 120)


def _described(bot: Bot, params: Json, name: str, limit: int) -> bool:
    if len(params.get(name, "")) > limit:
        raise bad(f"{name.replace('_', ' ')} is too long")
    bot.profile.descriptions[f"{name} {params.get('language_code', '')}"] = params.get(name, "")
    return True


async def set_chat_menu_button(town: Town, bot: Bot, params: Json) -> bool:
    """``setChatMenuButton`` → ``True``."""
    button = params.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"default", "commands", "web_app"}:
        raise bad("can't parse menu button")
    bot.profile.menus[params.get("chat_id", 0)] = button
    return True
