"""The whole system on this machine: started in order, watched, and stopped in order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from subprocess import Popen

import asyncpg

from deploy.local.children import ask_to_stop, spawn, wait_for_end
from deploy.local.components import Component, Ports, components
from deploy.local.databases import Database, prepare_database
from deploy.local.migrations import ROOT, ensure_current
from deploy.local.postgres_server import PostgresServer
from deploy.local.state import LocalState

WATCH_SECONDS = 0.2
READY_SECONDS = 90.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STABLE_SECONDS = 10.0
FAILURES_AT_START = 4

Parts = Callable[[LocalState, Database, Ports], Sequence[Component]]
Migration = Callable[[Database, Callable[[str], None]], Awaitable[None]]


class StartFailedError(RuntimeError):
    """A part of the system does not come up."""


class Watched:
    """A process that is started again when it ends, each time after a longer pause until it has been stable."""

    def __init__(self, component: Component, state: LocalState, say: Callable[[str], None]) -> None:
        self.component = component
        self.failures = 0
        self.log = state.log(component.name)
        self.process: Popen[bytes] | None = None
        self._say = say
        self._started_at = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        """Start it now."""
        self._started_at = time.monotonic()
        self.process = spawn(self.component.command, log=self.log, cwd=ROOT, environment=self.component.environment)

    def watch(self) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._not_before:
                self.start()
        elif self.process.poll() is not None:
            if now - self._started_at >= STABLE_SECONDS:
                self.failures = 0
            pause = min(FIRST_PAUSE_SECONDS * 2**self.failures, LONGEST_PAUSE_SECONDS)
            self.failures += 1
            self._not_before = now + pause
            self._say(
                f"{self.component.name} has ended (code {self.process.returncode}) and is started again: {self.log}"
            )
            self.process = None

    def ask_to_stop(self) -> None:
        """Let it begin to end."""
        if self.process is not None:
            ask_to_stop(self.process)

    def wait_for_end(self) -> None:
        """Wait for it, once it was asked; to ask twice would cut short what it does at its end."""
        if self.process is not None:
            wait_for_end(self.process)


class System:
    """Postgres, the gateway, the services and their workers over one local directory."""

    def __init__(
        self,
        state: LocalState,
        ports: Ports,
        *,
        server_url: str | None = None,
        parts: Parts = components,
        migration: Migration = ensure_current,
        say: Callable[[str], None] = print,
    ) -> None:
        self.ports = ports
        self.postgres: PostgresServer | None = None
        self.processes: dict[str, Watched] = {}
        self._state = state
        self._server_url = server_url
        self._parts = parts
        self._migrate = migration
        self._say = say
        self._watching: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address of the gateway, through which everything is done."""
        return self.ports.url("gateway")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["System"]:
        """Ready on entering, watched inside, and stopped on leaving whatever happens."""
        with self._state.held():
            self.ports.require_free()
            self._state.begin_logs()
            try:
                database = await self._migrated_database()
                self._watching = asyncio.create_task(self._watch())
                parts = self._parts(self._state, database, self.ports)
                await self._start([part for part in parts if part.url is not None])
                # Workers come last: they need the services, and would only make them slower to start.
                await self._start([part for part in parts if part.url is None])
                yield self
            finally:
                if self._watching is not None:
                    self._watching.cancel()
                self._stop()

    async def watching(self) -> None:
        """Wait, for as long as everything can be kept alive."""
        if self._watching is not None:
            await self._watching

    async def _migrated_database(self) -> Database:
        url = self._server_url
        if url is None:
            self.postgres = PostgresServer(
                self._state.postgres_data, password=self._state.postgres_password(), log=self._state.log("postgres")
            )
            self.postgres.start()
            url = self.postgres.superuser_url()
        try:
            database = await prepare_database(url, self._state.role_passwords())
        except (OSError, asyncpg.PostgresError) as error:
            raise StartFailedError(f"The database cannot be prepared: {error}") from error
        await self._migrate(database, self._say)
        return database

    async def _start(self, parts: Sequence[Component]) -> None:
        started = {part.name: Watched(part, self._state, self._say) for part in parts}
        for process in started.values():
            process.start()
        self.processes |= started
        await self._wait_until_ready(started)

    async def _watch(self) -> None:
        while True:
            if self.postgres is not None and not self.postgres.running:
                self._say("Postgres has ended and is started again.")
                self.postgres.start()
            for process in self.processes.values():
                process.watch()
            await asyncio.sleep(WATCH_SECONDS)

    async def _wait_until_ready(self, processes: Mapping[str, Watched]) -> None:
        waiting = dict(processes)
        deadline = time.monotonic() + READY_SECONDS
        while waiting:
            if self._watching is not None and self._watching.done():
                await self._watching
            for name, process in list(waiting.items()):
                url = process.component.url
                if url is None or await _is_ready(url):
                    del waiting[name]
                elif process.failures >= FAILURES_AT_START or time.monotonic() > deadline:
                    end = process.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                    raise StartFailedError(f"{name} does not become ready ({process.log}):\n{end}")
            await asyncio.sleep(0.05)

    def _stop(self) -> None:
        """The door first, so that nothing new comes in; workers beside the services whose events they wait for."""
        gateway = [process for name, process in self.processes.items() if name == "gateway"]
        others = [process for name, process in self.processes.items() if name != "gateway"]
        for group in (gateway, others):
            for process in group:
                process.ask_to_stop()
            for process in group:
                process.wait_for_end()
        if self.postgres is not None:
            self.postgres.stop()


async def _is_ready(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readline()).split(b" ")[1:2] == [b"200"]
            finally:
                writer.close()
    return False
