"""The processes of the system: how each is started and what it is told."""

import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from deploy.local.children import free_port, inherited_environment
from deploy.local.databases import SERVICES, Database
from deploy.local.state import COMPONENTS, LocalState

DEFAULT_FIRST_PORT = 8080
_UVICORN = (
    "uvicorn", "--host", "127.0.0.1", "--loop", "uvloop", "--http", "httptools", "--no-server-header",
    "--no-access-log", "--timeout-graceful-shutdown", "5",
)  # fmt: skip


class PortTakenError(RuntimeError):
    """A port that the system needs belongs to another program."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each component listens, on the loopback address."""

    gateway: int
    profile: int
    matching: int
    sessions: int

    @classmethod
    def from_first(cls, first: int) -> Self:
        """Four ports in a row."""
        return cls(first, first + 1, first + 2, first + 3)

    @classmethod
    def free(cls) -> Self:
        """Any four that nobody uses."""
        return cls(*(free_port() for _ in COMPONENTS))

    def url(self, component: str) -> str:
        """The address of a component."""
        return f"http://127.0.0.1:{getattr(self, component)}"

    def require_free(self) -> None:
        """Say which port is taken, before anything is started."""
        for component in COMPONENTS:
            port = getattr(self, component)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise PortTakenError(
                        f"Port {port} ({component}) is in use by another program. "
                        f"Stop that program, or choose four other ports: BOTHWAYS_PORT={port + 1000} make run"
                    ) from None


@dataclass(frozen=True, slots=True)
class Component:
    """One process: its command, its environment, and where it tells that it is ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    url: str | None = None


def components(state: LocalState, database: Database, ports: Ports) -> list[Component]:
    """All processes but Postgres, in the order in which they are stopped."""
    environments = {name: _environment(name, state, database, ports) for name in COMPONENTS}
    processes = [_api(name, environments[name], ports) for name in COMPONENTS]
    for service in SERVICES:
        command = (sys.executable, "-m", f"services.{service}.worker")
        processes.append(Component(f"{service}-worker", command, environments[service]))
    return processes


def _api(name: str, environment: Mapping[str, str], ports: Ports) -> Component:
    module = "gateway.main" if name == "gateway" else f"services.{name}.main"
    command = (sys.executable, "-m", *_UVICORN, "--port", str(getattr(ports, name)), f"{module}:app")
    return Component(name, command, environment, ports.url(name))


def _environment(name: str, state: LocalState, database: Database, ports: Ports) -> dict[str, str]:
    told = {
        "ENVIRONMENT": "local",
        "SIGNING_KEY": json.dumps(state.private_key(name)),
        **{f"{neighbour.upper()}_URL": ports.url(neighbour) for neighbour in SERVICES if neighbour != name},
    }
    if name == "gateway":
        told["DEVELOPMENT_KEY"] = json.dumps(state.private_key("development"))
    else:
        told["TRUSTED_KEYS"] = json.dumps(state.public_keys())
        told["CURSOR_KEY"] = state.cursor_key(name)
        told["DATABASE_URL"] = database.url(name)
    return {**inherited_environment(), **{f"{name.upper()}_{key}": value for key, value in told.items()}}
