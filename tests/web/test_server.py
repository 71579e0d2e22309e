"""The server inside our own loop."""

import asyncio
import signal
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from tests.web.test_doors import Spy
from web.app import make_app
from web.server import PortTaken, listen, serve

pytestmark = pytest.mark.enable_socket


async def _fine() -> Mapping[str, Any]:
    return {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def fetched(port: int, request: bytes) -> bytes:
    for _ in range(100):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except OSError:
            await asyncio.sleep(0.02)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


def test_it_serves_until_told_to_stop_and_leaves_signals_alone() -> None:
    async def story() -> bytes:
        port, stop, spy = free_port(), asyncio.Event(), Spy(200, b"taken")
        before = signal.getsignal(signal.SIGINT)
        serving = asyncio.create_task(serve(make_app({"/hook": spy}, _fine), "127.0.0.1", port, stop))
        request = b"POST /hook?a=1 HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 2\r\n"
        request += b"Connection: close\r\n\r\nhi"
        answer = await fetched(port, request)
        assert signal.getsignal(signal.SIGINT) is before
        stop.set()
        await asyncio.wait_for(serving, 5)
        headers, body, url = spy.seen[0]
        assert (headers[b"x-two"], body, url) == ([b"1", b"2"], b"hi", "/hook?a=1")
        return answer

    answer = asyncio.run(story())
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"taken")


def test_a_taken_port_is_a_sentence_and_not_the_end_of_the_process() -> None:
    port = free_port()
    first = listen("127.0.0.1", port)
    first.listen()
    try:
        with pytest.raises(PortTaken, match=str(port)):
            asyncio.run(serve(make_app({}, _fine), "127.0.0.1", port, asyncio.Event()))
    finally:
        first.close()
