"""One throw-away PostgreSQL for a test run, migrated once; every worker process of the run gets a copy of its own."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from xdist.scheduler import LoadScopeScheduling

from deploy.local.databases import Database, clone_database, drop_database, prepare_database, role_names
from deploy.local.migrations import migration_urls, upgrade
from deploy.local.postgres_server import PostgresServer

T = TypeVar("T")
STORY = ("tests/e2e/", "tests/faults/")
PASSWORD = "throw-away"  # noqa: S105 - of a server that lives as long as the test run
PASSWORDS = dict.fromkeys(role_names(), PASSWORD)

# With rich installed, the traceback of each planted fault would be drawn with its sources in colours.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


class TestServer:
    """A server (ours, or the one at TEST_DATABASE_URL) with one empty and one migrated database to copy from."""

    __test__ = False

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="bothways-test-"))
        self._server: PostgresServer | None = None
        self.url = os.environ.get("TEST_DATABASE_URL", "")
        self.prefix = f"bothways_test_{os.getpid()}"
        self._templates: list[Database] = []

    def start(self) -> None:
        """Start the server unless one was given, and migrate the database that the others are copied from."""
        if not self.url:
            self._server = PostgresServer(
                self._directory / "data", password=PASSWORD, log=self._directory / "postgres.log", durable=False
            )
            self._server.start()
            self.url = self._server.superuser_url()
        empty = run(prepare_database(self.url, PASSWORDS, name=f"{self.prefix}_empty"))
        self._templates.append(empty)
        migrated = run(clone_database(empty, f"{self.prefix}_migrated"))
        self._templates.append(migrated)
        with pytest.MonkeyPatch.context() as environment:
            for name, url in migration_urls(migrated).items():
                environment.setenv(name, url)
            run(asyncio.to_thread(upgrade))

    def stop(self) -> None:
        """Leave nothing behind."""
        if self._server is not None:
            self._server.stop()
        else:
            for template in self._templates:
                run(drop_database(template))
        shutil.rmtree(self._directory, ignore_errors=True)


def run(work: Awaitable[T]) -> T:
    """Await `work` on a loop of its own in a thread of its own, because the tests' loop belongs to pytest-asyncio."""

    async def main() -> T:
        return await work

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, main()).result()


_server_key = pytest.StashKey[TestServer]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist where the one server of the run is."""
    server = _running_server(node.config)
    node.workerinput["postgres"] = {"url": server.url, "prefix": server.prefix}


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]  # its package has no types
    """A file's tests go to one worker process, and so does the story with its faults, which share a running system."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "story" if file.startswith(STORY) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherScheduling:
    """Tell pytest-xdist which tests belong together."""
    return TogetherScheduling(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the process that started it ends."""
    server = config.stash.get(_server_key, None)
    if server is not None:
        server.stop()


def _running_server(config: pytest.Config) -> TestServer:
    server = config.stash.get(_server_key, None)
    if server is None:
        server = config.stash[_server_key] = TestServer()
        server.start()
    return server


@pytest.fixture(scope="session")
def postgres_templates(request: pytest.FixtureRequest) -> tuple[Database, Database]:
    """The empty and the migrated database to copy from. Nobody may connect to either."""
    shared: dict[str, str] | None = getattr(request.config, "workerinput", {}).get("postgres")
    if shared is None:
        server = _running_server(request.config)
        shared = {"url": server.url, "prefix": server.prefix}
    base = shared["url"].rpartition("/")[0]
    return (
        Database(f"{base}/{shared['prefix']}_empty", PASSWORDS),
        Database(f"{base}/{shared['prefix']}_migrated", PASSWORDS),
    )


@pytest.fixture(scope="session")
def postgres(postgres_templates: tuple[Database, Database]) -> Iterator[Database]:
    """The migrated database of this process. Tests keep apart by using an organization of their own."""
    migrated = postgres_templates[1]
    database = run(clone_database(migrated, f"{migrated.name}_{os.getpid()}"))
    yield database
    run(drop_database(database))


@pytest.fixture
def empty_postgres(postgres_templates: tuple[Database, Database]) -> Iterator[Database]:
    """A database of one test's own with roles and schemas but no tables, for tests of migrations."""
    empty = postgres_templates[0]
    database = run(clone_database(empty, f"{empty.name}_{os.getpid()}"))
    yield database
    run(drop_database(database))
