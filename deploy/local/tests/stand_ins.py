"""A system of stand-ins: small processes that answer with 200 and keep a journal, over a real Postgres.

Usage, to have one that can be killed: python -m deploy.local.tests.stand_ins DIRECTORY JOURNAL
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local.components import Component, Ports
from deploy.local.databases import Database
from deploy.local.state import COMPONENTS, LocalState
from deploy.local.system import Parts, System

_STAND_IN = """
import http.server, os, signal, sys
name, port, journal = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def say(what): open(journal, "a").write(f"{what} {name} {os.getpid()}\\n")
def stop(*_): say("stops"); sys.exit(0)
signal.signal(signal.SIGTERM, stop)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", port), Handler)
say("starts")
server.serve_forever()
"""


def stand_ins(journal: Path) -> Parts:
    """One for each component, and one worker."""

    def parts(_state: LocalState, _database: Database, ports: Ports) -> list[Component]:
        def stand_in(name: str, port: int, url: str | None) -> Component:
            return Component(name, (sys.executable, "-c", _STAND_IN, name, str(port), str(journal)), os.environ, url)

        apis = [stand_in(name, getattr(ports, name), ports.url(name)) for name in COMPONENTS]
        return [*apis, stand_in("profile-worker", 0, None)]

    return parts


def told(journal: Path, what: str) -> list[tuple[str, int]]:
    """Who wrote this into the journal, in order: name and process id."""
    lines = (line.split() for line in journal.read_text(encoding="utf-8").splitlines())
    return [(name, int(pid)) for event, name, pid in lines if event == what]


async def no_migration(_: Database, __: Callable[[str], None]) -> None:
    """Stand-ins need no schema."""


async def _run_until_killed(directory: Path, journal: Path) -> None:
    system = System(LocalState(directory), Ports.free(), parts=stand_ins(journal), migration=no_migration)
    async with system.running():
        assert system.postgres is not None
        print(system.postgres.pid, flush=True)
        await system.watching()


if __name__ == "__main__":
    asyncio.run(_run_until_killed(Path(sys.argv[1]), Path(sys.argv[2])))
