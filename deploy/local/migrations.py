"""Bring every schema to its newest version, or see at a glance that it is there already."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg

from deploy.local.children import inherited_environment
from deploy.local.databases import SERVICES, Database

ROOT = Path(__file__).parents[2]
_REVISION = re.compile(r"^(revision|down_revision)\b[^=]*=\s*(.+)$", re.MULTILINE)
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")


class MigrationFailedError(RuntimeError):
    """A migration failed, and has said why."""


def migrated_services() -> list[str]:
    """The services that have migrations."""
    return [service for service in SERVICES if any(_version_files(service))]


def newest_revision(service: str) -> str:
    """The one revision that no other builds on, read from the files: loading Alembic costs more than all the rest."""
    revisions: set[str] = set()
    built_on: set[str] = set()
    for path in _version_files(service):
        for name, value in _REVISION.findall(path.read_text(encoding="utf-8")):
            (revisions if name == "revision" else built_on).update(_QUOTED.findall(value))
    (newest,) = revisions - built_on
    return newest


async def is_current(database: Database) -> bool:
    """Whether every schema stands at its newest revision."""
    connection = await asyncpg.connect(database.superuser_url)
    try:
        for service in migrated_services():
            if await connection.fetchval("select to_regclass($1)", f"{service}.alembic_version") is None:
                return False
            at = await connection.fetchval(f"select version_num from {service}.alembic_version")  # noqa: S608 - our own names
            if at != newest_revision(service):
                return False
    finally:
        await connection.close()
    return True


async def ensure_current(database: Database, say: Callable[[str], None]) -> None:
    """Migrate, unless there is nothing to do."""
    if not await is_current(database):
        say("Bringing the database to the newest schema …")
        migrate(database)


def migrate(database: Database) -> None:
    """Run every service's migrations in a process of their own, which ends with all that it loads."""
    environment = {**inherited_environment(), **migration_urls(database)}
    # In a session of its own: Ctrl-C is for whoever waits for it, and a migration is not cut in two.
    done = subprocess.run(
        [sys.executable, "-m", __name__], cwd=ROOT, env=environment, start_new_session=True, check=False
    )
    if done.returncode != 0:
        raise MigrationFailedError("The database could not be brought to the newest schema.")


def migration_urls(database: Database) -> dict[str, str]:
    """The variables that tell the migrations where to go, as the owners of the schemas."""
    return {f"{service.upper()}_MIGRATION_DATABASE_URL": database.url(service, "owner") for service in SERVICES}


def upgrade() -> None:
    """Run every service's migrations in this process, which has been told the addresses."""
    from alembic import command  # noqa: PLC0415 - most starts migrate nothing, and loading it takes a second
    from alembic.config import Config  # noqa: PLC0415 - the same

    for service in migrated_services():
        command.upgrade(Config(str(ROOT / "alembic.ini"), ini_section=service), "head")


def _version_files(service: str) -> list[Path]:
    return sorted((ROOT / "services" / service / "migrations" / "versions").glob("[!_]*.py"))


if __name__ == "__main__":
    upgrade()
