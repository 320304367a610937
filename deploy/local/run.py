"""`make run`: the whole system on this machine until it is told to stop."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from deploy.local.children import inherited_environment
from deploy.local.components import DEFAULT_FIRST_PORT, Ports
from deploy.local.migrations import ROOT
from deploy.local.state import LocalState
from deploy.local.system import StartFailedError, System

SAMPLE = "sample.json"
COMPILE = (sys.executable, "-m", "services.matching.domain.engine.compile_ahead")
"""The folder of the machine code follows, where the environment names one."""


async def run() -> None:
    """Start everything, show what there is to try, and watch over it.

    The matching engine is compiled meanwhile, if it is not yet: nobody needs it before the sample is to be matched.
    """
    state = LocalState(ROOT / ".local")
    ports = Ports.from_first(int(os.environ.get("BOTHWAYS_PORT", DEFAULT_FIRST_PORT)))
    system = System(state, ports, server_url=os.environ.get("DATABASE_URL"))
    print("Starting …", flush=True)
    folder = os.environ.get("NUMBA_CACHE_DIR")
    async with _child((*COMPILE, folder) if folder else COMPILE) as compiling, system.running():
        sample = await _sample(state, system.url, compiling)
        await asyncio.to_thread(_show, state, system.url, sample)
        await system.watching()


async def _sample(state: LocalState, url: str, compiling: Process) -> dict[str, Any]:
    path = state.directory / SAMPLE
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        # A process of its own, which takes the memory that it needed with it.
        async with _child((sys.executable, "-m", "deploy.local.sample", url, str(unfinished)), stdin=PIPE) as loading:
            if await compiling.wait() != 0:
                raise StartFailedError("The matching engine could not be compiled.")
            await loading.communicate(b"")
            if loading.returncode != 0:
                raise StartFailedError("The sample organization could not be loaded.")
        unfinished.replace(path)
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


@asynccontextmanager
async def _child(command: Sequence[str], stdin: int | None = None) -> AsyncIterator[Process]:
    """A process beside the system; it and what it started do not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=inherited_environment(), stdin=stdin, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGTERM)
            await process.wait()


def _show(state: LocalState, url: str, sample: dict[str, Any]) -> None:
    organization_id = sample["organization_id"]
    coordinator = _token(url, organization_id, None, ["coordinator", "org_admin"])
    person = _token(url, organization_id, sample["person_id"], [])
    coordinator_file = _shown(state.write_private("coordinator.token", coordinator))
    person_file = _shown(state.write_private("person.token", person))
    print(
        f"""
Bothways is running. Ctrl-C stops it.

  API reference   {url}/docs
  Coordinator     {coordinator}
  Person          {person}
                  ({sample["person_name"]}, who is asked to teach a leader)

The tokens are kept in {coordinator_file} and {person_file}, for a day. Try:

  curl -H "Authorization: Bearer $(cat {coordinator_file})" {url}/v1/programs
  curl -H "Authorization: Bearer $(cat {person_file})" {url}/v1/me
  curl -H "Authorization: Bearer $(cat {person_file})" {url}/v1/proposals
""",
        flush=True,
    )


def _token(url: str, organization_id: str, person_id: str | None, roles: list[str]) -> str:
    whom = {"organization_id": organization_id, "person_id": person_id, "roles": roles}
    gateway = HTTPConnection(url.removeprefix("http://"), timeout=10)
    gateway.request("POST", "/dev/token", json.dumps(whom), {"Content-Type": "application/json"})
    token: str = json.load(gateway.getresponse())["access_token"]
    gateway.close()
    return token


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
