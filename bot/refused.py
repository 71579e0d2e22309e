"""What somebody who may not decide tried in the doctors' group: which case it was about, for the audit (``desk.refused``)."""

import re
from typing import Final

import telegram as tg

from desk import refused
from desk.desk import Desk
from storage import cases, posts

DATA: Final = re.compile(r"([A-Z0-9]{4,12})\.[\w-]{1,32}\.([a-z0-9_]{1,30})", re.ASCII)  # code, key, action


async def keep(desk: Desk, update: tg.Update, chat: int) -> None:
    """A press on a button of a case, or a reply to one of our prompts; nothing is kept of anything else. ``chat``: the group's id now."""
    query, message = update.callback_query, update.message
    now = desk.clock()
    if query is not None:
        data = DATA.fullmatch(query.data or "")
        if data is None:
            return
        code, action, person = data[1], data[2], query.from_user.id
        case = await desk.store.read(lambda conn: cases.by_code(conn, code, peek=True))
        found = case.id if case else ""
    elif message is not None and message.chat.id == chat and message.reply_to_message is not None:
        prompt, action = message.reply_to_message.message_id, refused.REPLY
        person = message.from_user.id if message.from_user else 0
        post = await desk.store.read(lambda conn: posts.find(conn, chat, prompt))
        found = post.case_id if post else ""
    else:
        return
    if found:
        await desk.store.run(lambda conn: refused.note(conn, found, "", person, action, now))
