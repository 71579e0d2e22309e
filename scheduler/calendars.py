"""Doctors' own calendars, fetched every quarter of an hour beside everything else: no unit of work waits for them.

Whoever asks first of several processes fetches (``noticed.again``). A calendar that cannot be had leaves what was known before.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx
import structlog

from desk import busy as desk_busy
from desk.desk import Desk
from flows.calendar_address import in_the_open, sound
from flows.clinic import Doctor
from records.busy import MOST_BYTES, Unreadable, busy_beside
from storage import busy, noticed

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=14, seconds=30)  # asked each minute: a quarter of an hour from one time to the next
ANEW: Final = timedelta(days=1)  # then the whole is read although it is unchanged, because the horizon has moved on
BEHIND: Final = timedelta(days=1)
AHEAD: Final = timedelta(
    days=70
)  # further than anybody is offered a time (``desk.moment.HORIZON``) before it is read anew
WALL_S: Final = 30.0
REDIRECTS: Final = 3
_PATIENCE: Final = httpx.Timeout(10.0)

Resolve = Callable[[str], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave. ``data`` is None where it said that nothing has changed."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


async def addresses_of(host: str) -> list[str]:
    """What the name stands for now."""
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in found]


class Calendars:
    """One per process. ``transport`` carries the calls, None = the network; ``resolve`` knows names."""

    def __init__(
        self, desk: Desk, transport: httpx.AsyncBaseTransport | None = None, resolve: Resolve = addresses_of
    ) -> None:
        self._desk = desk
        self._transport = transport
        self._resolve = resolve

    async def look(self) -> int:
        """Reads the calendars whose time has come, one after the other; gives the number of those read whole."""
        doctors = [doctor for doctor in self._desk.clinic.doctors if doctor.calendar]
        keys = [doctor.key for doctor in doctors]
        await self._desk.store.run(lambda conn: busy.keep_only(conn, keys))
        return sum([await self._one(doctor) for doctor in doctors])

    async def _one(self, doctor: Doctor) -> bool:
        now, store = self._desk.clock(), self._desk.store
        if not await store.run(lambda conn: noticed.again(conn, f"calendar asked {doctor.key}", now, EVERY)):
            return False
        known = await store.read(lambda conn: busy.last_read(conn, doctor.key))
        hashed = sha256(doctor.calendar.encode()).hexdigest()
        if known and (known.address_hash != hashed or known.read_at <= now - ANEW):
            known = None
        spans = None
        try:
            got = await self._fetched(doctor.calendar, known)
            if got.data is not None:
                until = now + AHEAD
                spans = await asyncio.to_thread(busy_beside, got.data, doctor.zone, now - BEHIND, until)
        except (httpx.HTTPError, httpx.InvalidURL, Unreadable, OSError, TimeoutError, ValueError) as error:
            log.warning("calendar_not_read", doctor=doctor.key, error=type(error).__name__)  # never the address
            rows = await store.run(lambda conn: desk_busy.failed(conn, doctor, self._desk.moment()))
            self._desk.deliverer.take(rows)
            return False
        read = busy.Read(hashed, got.etag, got.modified, now) if spans is not None else None
        rows = await store.run(lambda conn: desk_busy.taken(conn, doctor, spans, read, self._desk.moment()))
        self._desk.deliverer.take(rows)
        return spans is not None

    async def _fetched(self, address: str, known: busy.Read | None) -> Fetched:
        asked = {"Accept": "text/calendar", "Accept-Encoding": "identity"}
        if known and known.etag:
            asked["If-None-Match"] = known.etag
        if known and known.modified:
            asked["If-Modified-Since"] = known.modified
        async with (
            asyncio.timeout(WALL_S),
            httpx.AsyncClient(transport=self._transport, timeout=_PATIENCE, trust_env=False) as client,
        ):
            for _ in range(REDIRECTS + 1):
                answer = await self._hop(client, address, asked)
                if isinstance(answer, Fetched):
                    return answer
                address = answer
        raise Unreadable("too many redirects")

    async def _hop(self, client: httpx.AsyncClient, address: str, asked: dict[str, str]) -> Fetched | str:
        """The calendar, or where it is to be looked for. The very address that was found to be public is called, not its name again."""
        host = urlsplit(address).hostname or ""
        if not sound(address):
            raise Unreadable("no sound address")
        found = await self._resolve(host)
        if not in_the_open(found):
            raise Unreadable("not in the open")
        url = httpx.URL(address).copy_with(host=found[0])
        headers = {**asked, "Host": host}
        async with client.stream("GET", url, headers=headers, extensions={"sni_hostname": host}) as response:
            if response.status_code == 304 and ("If-None-Match" in asked or "If-Modified-Since" in asked):
                return Fetched(None)
            if response.has_redirect_location:
                return urljoin(address, response.headers["Location"])
            if response.status_code != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
                raise Unreadable("no calendar")
            data = await _whole(response)
            etag, modified = (response.headers.get(name, "")[:200] for name in ("ETag", "Last-Modified"))
            return Fetched(data, etag, modified)


async def _whole(response: httpx.Response) -> bytes:
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > MOST_BYTES:
            raise Unreadable("too large")
    return bytes(data)
