"""Serves the app inside our own event loop, beside the bots."""

import asyncio
import contextlib
import socket
from collections.abc import Generator

import uvicorn
from starlette.types import ASGIApp

GRACE_S = 10  # how long requests under way may take once we are told to stop


class PortTaken(Exception):
    """The address cannot be listened on; the words are for the operator."""


class _Server(uvicorn.Server):
    """Signals belong to the app, which stops the parts in order; uvicorn would take them for itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leaves the process's signal handlers alone."""
        yield


async def serve(app: ASGIApp, host: str, port: int, stop: asyncio.Event) -> None:
    """Serves until ``stop`` is set and requests under way have ended. Raises PortTaken before anything is served."""
    listening = listen(host, port)
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", access_log=False, log_config=None, server_header=False, date_header=False, proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=75, backlog=2048,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        stopping.cancel()
    await serving


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Bound here, because uvicorn ends the whole process when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    listening.setblocking(False)
    return listening
