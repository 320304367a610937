"""The supervisor: ready means ready, the dead come back, and leaving stops everything in order."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import system as system_module
from deploy.local.components import Component, Ports, PortTakenError
from deploy.local.databases import Database
from deploy.local.state import COMPONENTS, AlreadyRunningError, LocalState
from deploy.local.system import Parts, StartFailedError, System

# Says in a journal when it starts and when it is told to stop, and answers every request with 200.
STAND_IN = """
import http.server, signal, sys
name, port, journal = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def say(what): open(journal, "a").write(f"{what} {name}\\n")
def stop(*_): say("stops"); sys.exit(0)
signal.signal(signal.SIGTERM, stop)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", port), Handler)
say("starts")
server.serve_forever()
"""

NewSystem = Callable[..., System]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def new_system(tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch) -> NewSystem:
    """A system of stand-ins over a real Postgres with empty schemas."""

    def stand_ins(_state: LocalState, _database: Database, ports: Ports) -> list[Component]:
        def stand_in(name: str, port: int, url: str | None) -> Component:
            return Component(name, (sys.executable, "-c", STAND_IN, name, str(port), str(journal)), os.environ, url)

        apis = [stand_in(name, getattr(ports, name), ports.url(name)) for name in COMPONENTS]
        return [*apis, stand_in("profile-worker", 0, None)]

    async def current(_: Database) -> bool:
        return True

    monkeypatch.setattr(system_module, "is_current", current)

    def new(parts: Parts = stand_ins) -> System:
        return System(LocalState(tmp_path / "local"), Ports.free(), parts=parts, say=lambda _: None)

    return new


def stops(journal: Path) -> list[str]:
    return [line.split()[1] for line in journal.read_text().splitlines() if line.startswith("stops")]


def pids(system: System) -> dict[str, int]:
    return {name: watched.process.pid for name, watched in system.processes.items() if watched.process is not None}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.05)


async def test_leaving_stops_the_gateway_first_and_postgres_last(new_system: NewSystem, journal: Path) -> None:
    system = new_system()
    async with system.running():
        assert system.postgres is not None
        assert system.postgres.running
    stopped = stops(journal)
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
