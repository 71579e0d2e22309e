"""What happens to the staff group from outside: it moves, people come and go, topics and rights change."""

import secrets

from sandbox.shapes import Json
from sandbox.telegram import profile, topics
from sandbox.telegram.gestures import Impossible, person, said
from sandbox.telegram.places import Chat, Person
from sandbox.telegram.town import Town


def _group(town: Town, chat_id: int) -> Chat:
    if chat_id not in town.groups:
        raise Impossible(f"there is no group {chat_id}")
    return town.groups[chat_id]


def added(town: Town, body: Json) -> Person:
    """A further person; doctors and outsiders come into the staff group."""
    if body["role"] not in {"owner", "doctor", "outsider"}:
        raise Impossible("role is owner, doctor or outsider")
    known = {"phone": body.get("phone"), "language_code": body.get("language_code")}
    one = Person(int(body["id"]), str(body["name"]), body["role"], **known)
    town.people[one.id] = one
    for chat in town.groups.values():
        if one.role != "owner":
            chat.members.setdefault(one.id, "member")
    return one


def migrated(town: Town, chat_id: int) -> int:
    """Give the group a new id; both service messages go to the bot, the old id is refused from now on.

    Topics move along although a group with topics never migrates in reality: their numbers must stay usable.
    """
    old = _group(town, chat_id)
    if old.migrated_to:
        raise Impossible("this group has moved already")
    number = -1_000_000_000_000 - secrets.randbelow(900_000_000) - 2_000_000_000
    new = Chat(number, "supergroup", old.title, old.bot, is_forum=town.config.staff_forum, started=True)
    new.rights, new.members, new.topics = old.rights, dict(old.members), dict(old.topics)
    town.groups[number] = new
    creator = next((town.people[user] for user, status in old.members.items() if status == "creator"), None)
    who = creator or next(iter(town.people.values()))
    said(town, who, old, {"migrate_to_chat_id": number})
    old.migrated_to = number
    said(town, who, new, {"migrate_from_chat_id": old.id})
    town.ledger.write("migrated", chat=old.id, to=number)
    return number


def topic_changed(town: Town, body: Json) -> None:
    """A person closes, reopens, renames or deletes a topic; the bot sees the service message."""
    chat = _group(town, int(body["chat"]))
    who = person(town, body["as"])
    topic = chat.topics.get(int(body["thread"]))
    if topic is None:
        raise Impossible(f"there is no topic {body['thread']}")
    place = {"message_thread_id": topic.thread_id, "is_topic_message": True}
    action = body["action"]
    if action == "delete":
        topics.removed(chat, topic)
        town.ledger.announce({"kind": "topic", "chat": chat.id})
    elif action == "rename":
        topic.name = str(body["name"])
        said(town, who, chat, {"forum_topic_edited": {"name": topic.name}}, place)
    elif action in {"close", "reopen"}:
        topic.closed = action == "close"
        said(town, who, chat, {f"forum_topic_{action}ed" if action == "reopen" else "forum_topic_closed": {}}, place)
    else:
        raise Impossible("action is close, reopen, rename or delete")


def rights_given(town: Town, chat_id: int, admin: bool) -> None:
    """Make the staff bot a plain member or an administrator again; it is told."""
    chat = _group(town, chat_id)
    old = profile.member(town, chat, chat.bot.id)
    chat.rights = admin
    who = next(iter(town.people.values()))
    change = {"chat": chat.shape(), "from": who.user(), "date": town.clock.stamp()}
    new = profile.member(town, chat, chat.bot.id)
    town.tell(chat.bot, "my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new}, str(chat.id))


def joined(town: Town, body: Json) -> None:
    """A person joins, leaves or is removed; the bot is told if it asked for ``chat_member``."""
    chat = _group(town, int(body["chat"]))
    who = person(town, body["as"])
    if body["status"] not in {"member", "left", "kicked", "administrator"}:
        raise Impossible("status is member, left, kicked or administrator")
    old = profile.member(town, chat, who.id)
    chat.members[who.id] = body["status"]
    change = {"chat": chat.shape(), "from": who.user(), "date": town.clock.stamp()}
    new = profile.member(town, chat, who.id)
    town.tell(chat.bot, "chat_member", {**change, "old_chat_member": old, "new_chat_member": new}, str(chat.id))
