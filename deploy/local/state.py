"""What stays in `.local/` between runs: data, logs, and secrets that are made once."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.databases import SERVICES, role_names

COMPONENTS = ("gateway", *SERVICES)


class AlreadyRunningError(RuntimeError):
    """Another process works on the same directory."""


class LocalState:
    """One directory that belongs to one running system."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.postgres_data = self.directory / "postgres"
        self._secrets = self.directory / "secrets"

    def log(self, name: str) -> Path:
        """Where a process writes what it has to say."""
        return self.directory / "logs" / f"{name}.log"

    def begin_logs(self) -> None:
        """Put the logs of the last run aside, in the place of those of the run before it."""
        for log in (self.directory / "logs").glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other systems off this directory; the lock goes with the process, however it ends."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.directory / "lock").open("w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunningError(
                    f"Another Bothways is running on {self.directory}. Stop that one first."
                ) from None
            yield

    def write_private(self, name: str, content: str) -> Path:
        """Replace a file that only its owner may read, whole or not at all."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(path.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
        unfinished.replace(path)
        return path

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """The secret of that name, made at the first call."""
        path = self._secrets / name
        if not path.exists():
            self.write_private(f"secrets/{name}", make())
        return path.read_text(encoding="utf-8")

    def postgres_password(self) -> str:
        """The superuser's password."""
        return self.secret("postgres_superuser", _new_password)

    def role_passwords(self) -> dict[str, str]:
        """The password of every service's roles."""
        return {role: self.secret(f"postgres_{role}", _new_password) for role in role_names()}

    def cursor_key(self, service: str) -> str:
        """The key that seals a service's cursors."""
        return self.secret(f"{service}_cursor_key", _new_fernet_key)

    def private_key(self, name: str) -> dict[str, Any]:
        """The signing key of a component, as an OKP JWK."""
        key: dict[str, Any] = json.loads(self.secret(f"{name}_signing_key", _new_signing_key))
        return key

    def public_keys(self) -> Mapping[str, dict[str, Any]]:
        """The public half of every component's signing key, by issuer."""
        return {
            name: {part: value for part, value in self.private_key(name).items() if part != "d"} for name in COMPONENTS
        }


def _new_password() -> str:
    return secrets.token_urlsafe(24)


def _new_fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _new_signing_key() -> str:
    from joserfc.jwk import OKPKey  # noqa: PLC0415 - needed at the very first start only

    return json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True))
