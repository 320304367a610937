"""The gateway's process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from gateway.edge import Edge
from gateway.settings import GatewaySettings
from gateway.wiring import opened
from kit.logging import configure_logging


class Gateway:
    """The ASGI application. It reads its settings when it starts, unless they are given."""

    def __init__(self, settings: GatewaySettings | None = None) -> None:
        self._settings = settings
        self._edge: Edge | None = None
        self._start_and_stop = Starlette(lifespan=self._running)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope: requests, and the process's own start and stop. Nothing else is spoken here."""
        if scope["type"] == "http":
            assert self._edge is not None, "the lifespan comes first"
            await self._edge(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._start_and_stop(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    @asynccontextmanager
    async def _running(self, _: Starlette) -> AsyncIterator[None]:
        settings = self._settings
        if settings is None:
            settings = GatewaySettings()
            configure_logging("gateway", settings.log_level)
        async with opened(settings) as self._edge:
            yield


def create_app(settings: GatewaySettings | None = None) -> Gateway:
    """The application."""
    return Gateway(settings)


app = create_app()
