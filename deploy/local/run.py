"""`make run`: the whole system on this machine until it is told to stop."""

import asyncio
import json
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from deploy.local.children import inherited_environment
from deploy.local.components import DEFAULT_FIRST_PORT, Ports
from deploy.local.migrations import ROOT
from deploy.local.state import LocalState
from deploy.local.system import StartFailedError, System

SAMPLE = "sample.json"


async def run() -> None:
    """Start everything, show what there is to try, and watch over it."""
    state = LocalState(ROOT / ".local")
    ports = Ports.from_first(int(os.environ.get("BOTHWAYS_PORT", DEFAULT_FIRST_PORT)))
    system = System(state, ports, server_url=os.environ.get("DATABASE_URL"))
    print("Starting …", flush=True)
    async with system.running():
        sample = await _sample(state, system.url)
        await asyncio.to_thread(_show, state, system.url, sample)
        await system.watching()


async def _sample(state: LocalState, url: str) -> dict[str, Any]:
    path = state.directory / SAMPLE
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        # A process of its own, which takes the memory that it needed with it.
        command = (sys.executable, "-m", "deploy.local.sample", url, str(unfinished))
        loading = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=inherited_environment(), start_new_session=True
        )
        try:
            if await loading.wait() != 0:
                raise StartFailedError("The sample organization could not be loaded.")
        finally:
            if loading.returncode is None:
                loading.terminate()
        unfinished.replace(path)
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


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
