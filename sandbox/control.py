"""The control calls for people's gestures: what the page, the tests and the harness use."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.answers import Answer
from sandbox.decode import uploaded
from sandbox.provider_routes import world_of
from sandbox.shapes import Json
from sandbox.stripe_shapes import Refused
from sandbox.telegram import gestures, group, payments
from sandbox.telegram.gestures import Impossible
from sandbox.telegram.view import seen
from sandbox.world import World

Handling = Callable[[World, Json], Awaitable[Any]]


def told(handle: Handling) -> Callable[[Request], Awaitable[Response]]:
    """A route that takes a JSON object and answers JSON; 400 ``{"error"}`` when it makes no sense."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await request.body() if request.method == "POST" else b""
            asked = {**request.query_params, **(orjson.loads(body) if body else {})}
            return Answer(200, await handle(world_of(request), asked)).response()
        except (Impossible, Refused, ValueError) as error:
            return Answer(400, {"error": str(error)}).response()
        except (KeyError, TypeError) as error:
            return Answer(400, {"error": f"missing or wrong: {error}"}).response()

    return endpoint


async def people(world: World, asked: Json) -> Json:
    """``GET /sandbox/people``."""
    town = world.town
    cards = {
        f"{role}s": [person.card() for person in town.people.values() if person.role == role]
        for role in ("owner", "doctor", "outsider")
    }
    group_id = next(chat.id for chat in town.groups.values() if not chat.migrated_to)
    bots = {f"{key}_bot": bot.card() for key, bot in town.bots.items()}
    return {**cards, **bots, "staff_chat_id": group_id, "twilio_from": world.config.twilio_from}


async def add_person(world: World, asked: Json) -> Json:
    """``POST /sandbox/people`` ``{"role", "id", "name", "phone"?, "language_code"?}``: someone more, for crowds."""
    return group.added(world.town, asked).card()


async def chat(world: World, asked: Json) -> Json:
    """``GET /sandbox/chat``."""
    who = gestures.person(world.town, asked["as"])
    found = gestures.chat_of(world.town, who, asked.get("chat"))
    return seen(found, int(asked.get("after", 0)), "/sandbox/media")


async def send(world: World, asked: Json) -> Json:
    """``POST /sandbox/send``."""
    return {"message_id": gestures.send(world.town, asked)["message_id"]}


async def press(world: World, asked: Json) -> Json:
    """``POST /sandbox/press``."""
    return {"callback_query_id": gestures.press(world.town, asked).id, "answer": None}


async def callback(request: Request) -> Response:
    """``GET /sandbox/callback/{id}``: the bot's answer once given, else null."""
    found = world_of(request).town.presses.get(request.path_params["id"])
    if found is None:
        return Answer(404, {"error": "no such callback query"}).response()
    return Answer(200, found.answer).response()


async def contact(world: World, asked: Json) -> Json:
    """``POST /sandbox/contact``."""
    return {"message_id": gestures.contact(world.town, asked)["message_id"]}


async def files(request: Request) -> Response:
    """``POST /sandbox/files``."""
    async with request.form(max_part_size=64 * 1024 * 1024) as form:
        uploads = [await uploaded(part) for part in form.getlist("file") if isinstance(part, UploadFile)]
        body = {name: str(value) for name, value in form.items() if not isinstance(value, UploadFile)}
    try:
        messages = gestures.files(world_of(request).town, body, body.get("kind", "photo"), uploads)
    except (Impossible, KeyError) as error:
        return Answer(400, {"error": str(error)}).response()
    return Answer(200, {"message_ids": [message["message_id"] for message in messages]}).response()


async def block(world: World, asked: Json) -> Json:
    """``POST /sandbox/block``."""
    gestures.block(world.town, asked)
    return {"ok": True}


async def unblock(world: World, asked: Json) -> Json:
    """``POST /sandbox/unblock``."""
    who = gestures.person(world.town, asked["as"])
    bot = gestures.bot_named(world.town, asked.get("bot", "owner"))
    gestures.unblock(world.town, who, world.town.private_chat(bot, who))
    return {"ok": True}


async def migrate(world: World, asked: Json) -> Json:
    """``POST /sandbox/migrate`` ``{"chat"}``: the group becomes a supergroup with a new id."""
    return {"chat": group.migrated(world.town, int(asked["chat"]))}


async def topic(world: World, asked: Json) -> Json:
    """``POST /sandbox/topic`` ``{"as", "chat", "thread", "action": "close"|"reopen"|"delete"|"rename", "name"?}``."""
    group.topic_changed(world.town, asked)
    return {"ok": True}


async def rights(world: World, asked: Json) -> Json:
    """``POST /sandbox/rights`` ``{"chat", "admin": bool}``: take or give the staff bot's rights."""
    group.rights_given(world.town, int(asked["chat"]), bool(asked["admin"]))
    return {"ok": True}


async def membership(world: World, asked: Json) -> Json:
    """``POST /sandbox/membership`` ``{"as", "chat", "status": "member"|"left"|"kicked"|"administrator"}``."""
    group.joined(world.town, asked)
    return {"ok": True}


async def invoice_pay(world: World, asked: Json) -> Json:
    """``POST /sandbox/invoice/pay`` ``{"as", "invoice"}``; the invoice is a link's end or ``chat:message_id``."""
    return await payments.pay(world.town, int(asked["as"]), str(asked["invoice"]).rpartition("$invoice")[2])


async def media(request: Request) -> Response:
    """``GET /sandbox/media/{unique}``: a file for the page."""
    upload = world_of(request).town.files.shown(request.path_params["unique"])
    if upload is None:
        return Answer(404, {"error": "no such file"}).response()
    safe = upload.mime if upload.mime.startswith("image/") and "svg" not in upload.mime else "application/octet-stream"
    return Response(upload.content, media_type=safe, headers={"X-Content-Type-Options": "nosniff"})


ROUTES = [
    Route("/sandbox/people", told(people), methods=["GET"]),
    Route("/sandbox/people", told(add_person), methods=["POST"]),
    Route("/sandbox/chat", told(chat), methods=["GET"]),
    Route("/sandbox/send", told(send), methods=["POST"]),
    Route("/sandbox/press", told(press), methods=["POST"]),
    Route("/sandbox/callback/{id}", callback, methods=["GET"]),
    Route("/sandbox/contact", told(contact), methods=["POST"]),
    Route("/sandbox/files", files, methods=["POST"]),
    Route("/sandbox/block", told(block), methods=["POST"]),
    Route("/sandbox/unblock", told(unblock), methods=["POST"]),
    Route("/sandbox/migrate", told(migrate), methods=["POST"]),
    Route("/sandbox/topic", told(topic), methods=["POST"]),
    Route("/sandbox/rights", told(rights), methods=["POST"]),
    Route("/sandbox/membership", told(membership), methods=["POST"]),
    Route("/sandbox/invoice/pay", told(invoice_pay), methods=["POST"]),
    Route("/sandbox/media/{unique}", media, methods=["GET"]),
]
