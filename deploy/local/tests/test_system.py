"""The supervisor: ready means ready, the dead come back, and leaving stops everything in order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.components import Component, Ports, PortTakenError
from deploy.local.state import AlreadyRunningError, LocalState
from deploy.local.system import Parts, StartFailedError, System
from deploy.local.tests.stand_ins import no_migration, stand_ins, told

NewSystem = Callable[..., System]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def new_system(tmp_path: Path, journal: Path) -> NewSystem:
    """A system of stand-ins over a real Postgres with empty schemas."""

    def new(parts: Parts | None = None) -> System:
        parts = parts or stand_ins(journal)
        state = LocalState(tmp_path / "local")
        return System(state, Ports.free(), parts=parts, migration=no_migration, say=lambda _: None)

    return new


def pids(system: System) -> dict[str, int]:
    return {name: watched.process.pid for name, watched in system.processes.items() if watched.process is not None}


def is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.05)


async def test_leaving_stops_the_gateway_first_and_postgres_last(new_system: NewSystem, journal: Path) -> None:
    system = new_system()
    async with system.running():
        assert system.postgres is not None
        assert system.postgres.running
        await until(lambda: len(told(journal, "starts")) == 5)
    stopped = [name for name, _ in told(journal, "stops")]
    assert stopped[0] == "gateway"
    assert sorted(stopped[1:]) == ["matching", "profile", "profile-worker", "sessions"]
    assert not system.postgres.running


async def test_killed_process_is_started_again(new_system: NewSystem) -> None:
    system = new_system()
    async with system.running():
        killed = pids(system)["matching"]
        os.kill(killed, signal.SIGKILL)
        await until(lambda: pids(system).get("matching", killed) != killed)


async def test_killed_postgres_is_started_again_where_it_was(new_system: NewSystem) -> None:
    system = new_system()
    async with system.running():
        assert system.postgres is not None
        killed, port = system.postgres.pid, system.postgres.port
        os.kill(killed, signal.SIGKILL)
        await until(lambda: system.postgres is not None and system.postgres.running and system.postgres.pid != killed)
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


async def test_failure_inside_stops_everything(new_system: NewSystem) -> None:
    system = new_system()
    with pytest.raises(ZeroDivisionError):
        async with system.running():
            raise ZeroDivisionError
    assert all(watched.process is None or watched.process.poll() is not None for watched in system.processes.values())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_killed_supervisor_leaves_nothing_running(tmp_path: Path, journal: Path) -> None:
    command = [sys.executable, "-m", "deploy.local.tests.stand_ins", str(tmp_path / "local"), str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        postgres = int(supervisor.stdout.readline())
        while len(told(journal, "starts")) < 5:
            time.sleep(0.05)
        supervisor.kill()
    left = {postgres, *(pid for _, pid in told(journal, "starts"))}
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in left if is_running(pid)] == []


async def test_process_that_cannot_start_is_named_with_its_last_words(new_system: NewSystem) -> None:
    command = (sys.executable, "-c", "raise SystemExit('the key is missing')")
    broken = Component("sessions", command, os.environ, "http://127.0.0.1:9")
    with pytest.raises(StartFailedError, match=r"(?s)sessions.*the key is missing"):
        async with new_system(lambda *_: [broken]).running():
            pass


async def test_second_system_over_the_same_directory_is_refused(new_system: NewSystem) -> None:
    async with new_system().running():
        with pytest.raises(AlreadyRunningError):
            async with new_system().running():
                pass


def test_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"Port {port} \(matching\) is in use"):
            Ports(*(Ports.free().gateway, Ports.free().profile, port, Ports.free().sessions)).require_free()


def test_secrets_are_made_once_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = LocalState(tmp_path / "local"), LocalState(tmp_path / "local")
    assert first.private_key("gateway") == second.private_key("gateway")
    assert first.role_passwords() == second.role_passwords()
    assert "d" not in first.public_keys()["gateway"]
    files = list((tmp_path / "local" / "secrets").iterdir())
    assert files
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
