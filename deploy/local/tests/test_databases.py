"""The rights of the services' roles: each sees its own schema, and the runtime role changes rows alone."""

import asyncpg
import pytest

from deploy.local.databases import SERVICES, Database, Role, prepare_database


async def execute(database: Database, sql: str, service: str, role: Role = "runtime") -> object:
    connection = await asyncpg.connect(database.url(service, role))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture
async def database(empty_postgres: Database) -> Database:
    for service in SERVICES:
        await execute(
            empty_postgres,
            f"create table {service}.shoes (id bigint generated always as identity, size int)",
            service,
            "owner",
        )
    return empty_postgres


async def test_runtime_role_reads_and_writes_rows_of_tables_made_later(database: Database) -> None:
    assert await execute(database, "insert into shoes (size) values (42) returning size", "profile") == 42
    assert await execute(database, "update shoes set size = 43 returning size", "profile") == 43
    assert await execute(database, "delete from shoes returning size", "profile") == 43


@pytest.mark.parametrize(
    "statement", ["drop table shoes", "create table boots ()", "truncate shoes", "create table public.boots ()"]
)
async def test_runtime_role_changes_no_table(database: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(database, statement, "matching")


@pytest.mark.parametrize("role", ["runtime", "owner"])
async def test_no_role_reads_a_neighbours_schema(database: Database, role: Role) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(database, "select size from profile.shoes", "sessions", role)


@pytest.mark.parametrize("role", ["runtime", "owner"])
async def test_no_role_passes_row_level_security_by_right(database: Database, role: Role) -> None:
    rights = (
        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"
    )
    assert await execute(database, rights, "profile", role) is False


async def test_runtime_role_is_limited_in_time_and_the_owner_is_not(database: Database) -> None:
    assert await execute(database, "show statement_timeout", "profile") == "5s"
    assert await execute(database, "show lock_timeout", "profile") == "1s"
    assert await execute(database, "show idle_in_transaction_session_timeout", "profile") == "10s"
    assert await execute(database, "show statement_timeout", "profile", "owner") == "0"


async def test_no_statement_of_a_service_is_compiled(database: Database) -> None:
    assert await execute(database, "show jit", "profile") == "off"


async def test_preparing_again_changes_nothing_but_the_passwords(database: Database) -> None:
    await execute(database, "insert into shoes (size) values (42)", "profile")
    server_url = database.superuser_url.rpartition("/")[0] + "/postgres"
    again = await prepare_database(server_url, database.passwords, name=database.name)
    assert await execute(again, "select size from shoes", "profile") == 42


async def test_similarity_search_is_there(database: Database) -> None:
    assert await execute(database, "select public.similarity('python', 'pyhton') > 0.2", "profile") is True
