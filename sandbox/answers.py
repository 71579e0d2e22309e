"""Answers to provider calls, and the ways of not giving one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.faults import AFTER, BEFORE, Fault, Faults

CONNECTION = "sandbox.connection"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body and headers, before they become a response."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The same as an HTTP response."""
        return Response(orjson.dumps(self.body), self.status, self.headers, "application/json")


class Dropped(Response):
    """No answer: the connection is cut, as when a reply is lost on the way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort the connection that the server noted in the scope."""
        scope[CONNECTION].abort()
        await asyncio.sleep(0.01)


class Half(Response):
    """Half an answer: the length is promised and the connection ends early."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(orjson.dumps(answer.body), answer.status, None, "application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and half of the body, then cut the connection."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.01)
        scope[CONNECTION].abort()
        await asyncio.sleep(0.01)


Refusing = Callable[[Fault], Answer]
"""Says a fault in the provider's own words."""


async def carried(
    faults: Faults, provider: str, method: str, act: Callable[[], Awaitable[Answer]], refuse: Refusing
) -> tuple[int, Response]:
    """Carry out one provider call unless a fault strikes; answers the status that was meant and the response."""
    if slow := faults.take({provider}, method, {"delay"}):
        await asyncio.sleep(slow.delay_s)
    if early := faults.take({provider}, method, BEFORE):
        answer = refuse(early)
        return answer.status, Dropped() if early.kind == "reset" else answer.response()
    answer = await act()
    late = faults.take({provider}, method, AFTER)
    return answer.status, _spoilt(late, answer, refuse) if late else answer.response()


def _spoilt(fault: Fault, answer: Answer, refuse: Refusing) -> Response:
    if fault.kind == "lost_reply":
        return Dropped()
    return Half(answer) if fault.kind == "half_reply" else refuse(fault).response()
