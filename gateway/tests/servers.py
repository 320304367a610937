"""Servers of a test: real ones, on free ports of this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(app: ASGIApp, *, port: int = 0) -> AsyncIterator[str]:
    """The address of a uvicorn server that serves the application as in production."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(
            app,
            http="httptools",
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve([listening]))
        while not server.started and not running.done():
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def speaking(handler: Handler) -> AsyncIterator[str]:
    """The address of a server that says on each connection what the handler writes."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def unused_address() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def exchange(address: str, request: bytes) -> bytes:
    """What a server answers to exactly these bytes, until it closes the connection or has said what it had to say."""
    reader, writer = await connection(address)
    writer.write(request)
    answer = b""
    try:
        while chunk := await asyncio.wait_for(reader.read(65536), 0.15 if answer else 3.0):
            answer += chunk
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return answer


async def connection(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An open connection to the server at the address."""
    host, _, port = address.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))
