"""The control calls for the harness: phone, payments, clock, faults, logs, events."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.control import told
from sandbox.provider_routes import world_of
from sandbox.shapes import Json
from sandbox.world import World

Again = Callable[[], Coroutine[Any, Any, int]]


async def phone(world: World, asked: Json) -> Json:
    """``GET /sandbox/phone?number=``; an unencoded plus sign arrives as a blank and is put back."""
    number = asked["number"].strip()
    number = number if number.startswith("+") else f"+{number}"
    found = [sms for sms in world.twilio.messages.values() if number in {sms.sender, sms.recipient}]
    return {
        "messages": [
            {"direction": sms.direction, "body": sms.body, "at": sms.made.isoformat(), "status": sms.status,
             "sid": sms.sid, "error_code": sms.error_code}
            for sms in found
        ]
    }  # fmt: skip


async def sms(world: World, asked: Json) -> Json:
    """``POST /sandbox/sms``."""
    return {"sid": world.twilio.receive(str(asked["from"]), str(asked["body"])).sid}


async def sms_status(world: World, asked: Json) -> Json:
    """``POST /sandbox/sms/status``."""
    found = world.twilio.messages[asked["sid"]]
    world.pusher.start(world.twilio.turn(found, str(asked["status"]), asked.get("error_code")))
    return {"ok": True}


async def pay(world: World, asked: Json) -> Json:
    """``POST /sandbox/pay``."""
    return world.stripe.pay(asked["session"], asked.get("outcome", "paid"))


async def refund_returned(world: World, asked: Json) -> Json:
    """``POST /sandbox/refund/returned``."""
    return world.stripe.refund_returned(str(asked["refund"]))


async def dispute(world: World, asked: Json) -> Json:
    """``POST /sandbox/dispute``."""
    return world.stripe.dispute(str(asked["session"]), str(asked["status"]))


async def read_clock(world: World, asked: Json) -> Json:
    """``GET /sandbox/clock``, at once or after a jump."""
    if "wait" in asked:
        await world.clock.moved(float(asked.get("known", world.clock.offset)), min(float(asked["wait"]), 60))
    return {"now": world.clock.now().isoformat(), "offset_s": world.clock.offset}


async def move_clock(world: World, asked: Json) -> Json:
    """``POST /sandbox/clock``."""
    world.clock.advance(float(asked["advance_s"]))
    world.ledger.announce({"kind": "clock", "chat": None})
    return await read_clock(world, {})


async def add_fault(world: World, asked: Json) -> Any:
    """``POST /sandbox/faults``."""
    world.faults.add(asked)
    return {"faults": world.faults.listed()}


async def faults(world: World, asked: Json) -> Any:
    """``GET /sandbox/faults``: what is still to strike."""
    return {"faults": world.faults.listed()}


async def clear_faults(world: World, asked: Json) -> Any:
    """``DELETE /sandbox/faults``."""
    world.faults.clear()
    return {"faults": []}


async def log(world: World, asked: Json) -> list[Json]:
    """``GET /sandbox/log``."""
    found = world.ledger.records[int(asked.get("after", 0)) :]
    kinds = set(asked["kind"].split(",")) if asked.get("kind") else None
    return [record for record in found if kinds is None or record["kind"] in kinds]


async def requests(world: World, asked: Json) -> list[Json]:
    """``GET /sandbox/requests``."""
    return world.ledger.requests[int(asked.get("after", 0)) :]


async def pending(world: World, asked: Json) -> Json:
    """``GET /sandbox/pending``."""
    return world.pending()


async def redeliver(world: World, asked: Json) -> Json:
    """``POST /sandbox/redeliver``: recorded updates, events or texts once more; gives the statuses that came back."""
    wanted = _recorded(world, asked) * int(asked.get("times", 1))
    if asked.get("shuffle"):
        random.shuffle(wanted)
    if asked.get("parallel"):
        statuses = await asyncio.gather(*(again() for again in wanted))
    else:
        statuses = [await again() for again in wanted]
    return {"handed": len(statuses), "statuses": list(statuses)}


def _recorded(world: World, asked: Json) -> list[Again]:
    if event_id := asked.get("stripe_event"):
        event = world.stripe.events[event_id]
        return [lambda: world.stripe.again(event)]
    if sid := asked.get("sms"):
        text = world.twilio.messages[sid]
        return [lambda: world.twilio.again(text)]
    updates = world.town.updates[asked.get("bot", "owner")]
    numbers = asked.get("update_ids") or list(updates.all)
    return [_handing(world, asked.get("bot", "owner"), int(number)) for number in numbers]


def _handing(world: World, key: str, number: int) -> Again:
    entry = world.town.updates[key].all[number]

    async def hand() -> int:
        if world.town.webhooks[key].target:
            return await world.town.webhooks[key].again(entry)
        world.town.updates[key].offer(entry)
        return 0

    return hand


async def reset(world: World, asked: Json) -> Json:
    """``POST /sandbox/reset``."""
    await world.reset(bool(asked.get("keep_webhooks")))
    return {"ok": True}


async def events(request: Request) -> Response:
    """``GET /sandbox/events``: server-sent events, one per change."""
    return StreamingResponse(
        _told(world_of(request)), media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
    )


async def _told(world: World) -> AsyncIterator[bytes]:
    queue = world.ledger.listen()
    try:
        yield b": here\n\n"
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), 20)
                yield b"data: " + orjson.dumps(change) + b"\n\n"
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        world.ledger.leave(queue)


ROUTES = [
    Route("/sandbox/phone", told(phone), methods=["GET"]),
    Route("/sandbox/sms", told(sms), methods=["POST"]),
    Route("/sandbox/sms/status", told(sms_status), methods=["POST"]),
    Route("/sandbox/pay", told(pay), methods=["POST"]),
    Route("/sandbox/refund/returned", told(refund_returned), methods=["POST"]),
    Route("/sandbox/dispute", told(dispute), methods=["POST"]),
    Route("/sandbox/clock", told(read_clock), methods=["GET"]),
    Route("/sandbox/clock", told(move_clock), methods=["POST"]),
    Route("/sandbox/faults", told(add_fault), methods=["POST"]),
    Route("/sandbox/faults", told(faults), methods=["GET"]),
    Route("/sandbox/faults", told(clear_faults), methods=["DELETE"]),
    Route("/sandbox/log", told(log), methods=["GET"]),
    Route("/sandbox/requests", told(requests), methods=["GET"]),
    Route("/sandbox/pending", told(pending), methods=["GET"]),
    Route("/sandbox/redeliver", told(redeliver), methods=["POST"]),
    Route("/sandbox/reset", told(reset), methods=["POST"]),
    Route("/sandbox/events", events, methods=["GET"]),
]
