"""A whole running system for tests that need one: real processes, a real Postgres, reached through the gateway only."""

import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.client import Caller, Gateway
from deploy.local.components import Ports
from deploy.local.state import LocalState
from deploy.local.system import System


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """The system, and the door to it."""

    system: System
    gateway: Gateway
    directory: Path

    async def new_organization(self, name: str, taxonomy: str = "none") -> str:
        """A fresh organization; its id."""
        operator = await self.gateway.caller(None, "platform_operator")
        body = {"name": name, "time_zone": "Europe/London", "locale": "en", "min_group_size": 5, "taxonomy": taxonomy}
        return str((await operator.post("/v1/organizations", body))["id"])

    def kill(self, name: str) -> None:
        """End one process as hard as a process can be ended; the supervisor starts it again."""
        process = self.system.postgres if name == "postgres" else self.system.processes[name].process
        assert process is not None
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)

    async def person(self, organization_id: str, person_id: str) -> Caller:
        """A person of the organization, with a token of their own."""
        return await self.gateway.caller(organization_id, person_id=person_id)

    async def coordinator(self, organization_id: str) -> Caller:
        """A coordinator who also administers the organization."""
        return await self.gateway.caller(organization_id, "coordinator", "org_admin")


QUICK = {f"{service}_JOB_HEARTBEAT_TIMEOUT_SECONDS": "3" for service in ("PROFILE", "MATCHING", "SESSIONS")}
"""A killed worker's job is given to the next one sooner than in production, so that tests need not wait."""


@asynccontextmanager
async def running_system() -> AsyncIterator[RunningSystem]:
    """Start everything on free ports over a fresh directory; stop everything on leaving."""
    os.environ.update(QUICK)
    with tempfile.TemporaryDirectory(prefix="bothways-system-") as directory:
        system = System(LocalState(Path(directory)), Ports.free())
        async with system.running(), Gateway(system.url) as gateway:
            yield RunningSystem(system, gateway, Path(directory))
