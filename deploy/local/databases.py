"""Databases for the services: made by a superuser, addressed by service and role."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

SERVICES = ("profile", "matching", "sessions")
DATABASE = "bothways"
INIT_SQL = Path(__file__).parents[1] / "postgres" / "init.sql"

Role = Literal["runtime", "owner"]
ROLES: tuple[Role, ...] = ("runtime", "owner")


def role_names() -> list[str]:
    """Every login role of the services."""
    return [f"{service}_{role}" for service in SERVICES for role in ROLES]


@dataclass(frozen=True, slots=True)
class Database:
    """One database with the three schemas, and the way into it for each role."""

    superuser_url: str
    passwords: Mapping[str, str]

    @property
    def name(self) -> str:
        """The database's own name."""
        return urlsplit(self.superuser_url).path[1:]

    def url(self, service: str, role: Role = "runtime") -> str:
        """The address for one role of one service."""
        name = f"{service}_{role}"
        parts = urlsplit(self.superuser_url)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{name}:{quote(self.passwords[name], safe='')}@{place}"))


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def prepare_database(server_url: str, passwords: Mapping[str, str], *, name: str = DATABASE) -> Database:
    """Make the database unless it is there, apply `init.sql`, and give every role its password."""
    server = await asyncpg.connect(server_url)
    try:
        if not await server.fetchval("select true from pg_database where datname = $1", name):
            await server.execute(f'create database "{name}" encoding utf8 template template0')
    finally:
        await server.close()
    database = Database(with_database(server_url, name), passwords)
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute(INIT_SQL.read_text(encoding="utf-8"))
        for role in role_names():
            quoted = await connection.fetchval("select quote_literal($1)", passwords[role])
            await connection.execute(f"alter role {role} password {quoted}")
    finally:
        await connection.close()
    return database


async def clone_database(template: Database, name: str) -> Database:
    """A copy of a database to which nobody is connected; one of that name that is already there is replaced."""
    server = await asyncpg.connect(with_database(template.superuser_url, "postgres"))
    try:
        await server.execute(f'drop database if exists "{name}" with (force)')
        await server.execute(f'create database "{name}" template "{template.name}"')
    finally:
        await server.close()
    return Database(with_database(template.superuser_url, name), template.passwords)


async def drop_database(database: Database) -> None:
    """Remove a database whoever is still connected."""
    server = await asyncpg.connect(with_database(database.superuser_url, "postgres"))
    try:
        await server.execute(f'drop database if exists "{database.name}" with (force)')
    finally:
        await server.close()
