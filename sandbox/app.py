"""The web application: provider addresses, control calls, the pay page and the live page."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import control, instruments, paypage, provider_routes
from sandbox.answers import CONNECTION, Answer
from sandbox.config import Config
from sandbox.world import World

_PAGE = Path(__file__).parent / "page"


async def page(request: Request) -> Response:
    """A file of ``sandbox/page``, read anew each time so that an edit shows at once."""
    name = request.path_params.get("name", "") or "index.html"
    path = (_PAGE / name).resolve()
    if not path.is_file() or not path.is_relative_to(_PAGE.resolve()):
        return Answer(404, {"error": "not found"}).response()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), media_type=kind, headers={"Cache-Control": "no-store"})


class Connected:
    """Notes the connection in the scope, so that an answer can cut it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the server's transport, which its ``send`` belongs to."""
        scope[CONNECTION] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)


def application(config: Config) -> Connected:
    """The whole sandbox as an ASGI application."""
    world = World(config)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await world.pusher.close()

    pages = [Route("/", page), Route("/{name:path}", page)]
    routes = [*provider_routes.ROUTES, *control.ROUTES, *instruments.ROUTES, *paypage.ROUTES, *pages]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.world = world
    return Connected(app)
