"""The server of the embedded default: it starts, keeps its data, and loses no acknowledged row when it is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.postgres_binaries import PostgresUnavailableError
from deploy.local.postgres_server import PostgresServer

Launch = Callable[[], PostgresServer]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start a durable server, each time over the same data directory; all are stopped in the end."""
    servers: list[PostgresServer] = []

    def start() -> PostgresServer:
        server = PostgresServer(tmp_path / "data", password="p@ss/word", log=tmp_path / "postgres.log")
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


async def query(server: PostgresServer, sql: str) -> object:
    connection = await asyncpg.connect(server.superuser_url())
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_data_outlives_a_stop(launch: Launch) -> None:
    first = launch()
    await query(first, "create table kept as select 42 as answer")
    first.stop()
    assert not first.running

    assert await query(launch(), "select answer from kept") == 42


async def test_wrong_password_is_refused(launch: Launch) -> None:
    url = launch().superuser_url().replace("p%40ss%2Fword", "other")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url)


async def test_no_acknowledged_row_is_lost_when_the_server_is_killed(launch: Launch) -> None:
    server = launch()
    writer = await asyncpg.connect(server.superuser_url())
    await writer.execute("create table written (n int primary key)")
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        while True:
            await writer.execute("insert into written values ($1)", acknowledged + 1)
            acknowledged += 1

    task = asyncio.create_task(write())
    await asyncio.sleep(0.3)
    os.kill(server.pid, signal.SIGKILL)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
        await task

    found = await query(launch(), "select count(*)::int from written")
    assert acknowledged > 0
    assert found in (acknowledged, acknowledged + 1)  # the row in flight may have been written without the answer


@pytest.fixture
def somebody() -> Iterator[subprocess.Popen[bytes]]:
    """A living process that is no PostgreSQL."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield process


async def test_starts_over_the_lock_of_a_crash_whose_process_number_is_somebody_else(
    launch: Launch, somebody: subprocess.Popen[bytes]
) -> None:
    server = launch()
    lock = server.data_directory / "postmaster.pid"
    content = lock.read_text()
    server.stop()
    lock.write_text(content.replace(content.split("\n", 1)[0], str(somebody.pid), 1))
    assert await query(launch(), "select 1") == 1


def test_reason_of_a_failed_start_is_told(tmp_path: Path, launch: Launch) -> None:
    taken = launch().port
    second = PostgresServer(tmp_path / "other", password="x", log=tmp_path / "other.log", port=taken)
    with pytest.raises(PostgresUnavailableError, match="could not bind"):
        second.start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from deploy.local.postgres_server import PostgresServer\n"
        "where = pathlib.Path(sys.argv[1])\n"
        "server = PostgresServer(where / 'data', password='x', log=where / 'log'); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while (tmp_path / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not (tmp_path / "data" / "postmaster.pid").exists(), f"process {pid} still runs"
