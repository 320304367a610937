"""What the catalog of the migrated database says about isolation: nothing here trusts the migrations' own words."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.local.databases import SERVICES, Database

WITHOUT_ORGANIZATION = {
    "alembic_version", "consumer_cursors", "inbox", "outbox_horizon",
}  # fmt: skip
QUEUE_PREFIX = "pgqueuer"
"""The queue's rows are the platform's: a job names its organization in its payload, and only workers read it."""

ACROSS = {
    ("outbox", "SELECT"): "app.feed",
    ("outbox", "DELETE"): "app.feed",
    ("idempotency_keys", "SELECT"): "app.feed",
    ("idempotency_keys", "DELETE"): "app.feed",
    ("match_run_snapshots", "SELECT"): "app.feed",
    ("match_run_snapshots", "DELETE"): "app.feed",
    ("organizations", "SELECT"): "app.sweep",
}
"""Where a transaction of a worker that says so reads, or prunes, the rows of all organizations."""


@pytest.fixture
async def catalog(postgres: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.superuser_url)
    yield connection
    await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_with_an_organization_is_fenced(catalog: asyncpg.Connection, service: str) -> None:
    tables = await catalog.fetch(
        """
        select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
        where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')
        """,
        service,
    )
    assert tables
    assert [row["name"] for row in tables if not (row["enabled"] and row["forced"])] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_table_without_an_organization_is_known_by_name(catalog: asyncpg.Connection, service: str) -> None:
    names = await catalog.fetch(
        """
        select c.relname as name from pg_class c
        where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and not exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
        )
        """,
        service,
    )
    unknown = {row["name"] for row in names} - WITHOUT_ORGANIZATION
    assert {name for name in unknown if not name.startswith(QUEUE_PREFIX)} == set()


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_has_one_policy_that_names_the_organization(
    catalog: asyncpg.Connection, service: str
) -> None:
    # After a transaction the setting is '' and not null: without nullif it would name an organization called ''.
    policies = await catalog.fetch(
        """
        select tablename as table, qual, with_check, cmd from pg_policies
        where schemaname = $1 and policyname = tablename || '_organization'
        """,
        service,
    )
    fenced = await catalog.fetch(
        "select relname as name from pg_class where relnamespace = $1::regnamespace and relrowsecurity", service
    )
    assert sorted(row["table"] for row in policies) == sorted(row["name"] for row in fenced)
    for policy in policies:
        assert policy["cmd"] == "ALL"
        for expression in (policy["qual"], policy["with_check"]):
            assert "organization_id = NULLIF(current_setting('app.organization_id'" in expression, policy["table"]


@pytest.mark.parametrize("service", SERVICES)
async def test_what_the_platform_sees_across_organizations_is_listed_here(
    catalog: asyncpg.Connection, service: str
) -> None:
    others = await catalog.fetch(
        """
        select tablename as table, cmd, qual from pg_policies
        where schemaname = $1 and policyname <> tablename || '_organization'
        """,
        service,
    )
    for row in others:
        expected = f"(current_setting('{ACROSS.get((row['table'], row['cmd']))}'::text, true) = 'on'::text)"
        assert row["qual"] == expected, (row["table"], row["cmd"])


@pytest.mark.parametrize("service", SERVICES)
async def test_keys_lead_with_the_organization(catalog: asyncpg.Connection, service: str) -> None:
    keys = await catalog.fetch(
        """
        select i.indexrelid::regclass::text as key, i.indrelid::regclass::text as table
        from pg_index i
        join pg_class c on c.oid = i.indrelid
        where c.relnamespace = $1::regnamespace and c.relrowsecurity and (i.indisprimary or i.indisunique)
          and not exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'organization_id' and a.attnum = any (i.indkey::smallint[])
          )
        """,
        service,
    )
    # The feed's order is the platform's: it tells nothing about anybody's data.
    assert [row["key"] for row in keys if not row["key"].endswith("ix_outbox_transaction_id_sequence")] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_references_stay_inside_the_organization_and_the_schema(
    catalog: asyncpg.Connection, service: str
) -> None:
    references = await catalog.fetch(
        """
        select f.conname as name, f.confrelid::regclass::text as target,
            t.relnamespace::regnamespace::text as target_schema,
            exists (
                select from pg_attribute a
                where a.attrelid = f.conrelid and a.attname = 'organization_id' and a.attnum = any (f.conkey)
            ) as inside
        from pg_constraint f join pg_class t on t.oid = f.confrelid
        where f.contype = 'f' and f.connamespace = $1::regnamespace
        """,
        service,
    )
    assert [row["name"] for row in references if row["target_schema"] != service] == []
    assert [row["name"] for row in references if not row["inside"]] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_the_runtime_role_owns_nothing_and_bypasses_nothing(catalog: asyncpg.Connection, service: str) -> None:
    role = await catalog.fetchrow(
        """
        select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty,
            (select count(*) from pg_class where relowner = r.oid) as owned,
            (select count(*) from pg_auth_members where member = r.oid) as memberships
        from pg_roles r where rolname = $1
        """,
        f"{service}_runtime",
    )
    assert role is not None
    assert dict(role) == {"mighty": False, "owned": 0, "memberships": 0}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_use_its_neighbours_schema(catalog: asyncpg.Connection, service: str) -> None:
    neighbours = [other for other in SERVICES if other != service]
    for role in ("runtime", "owner"):
        for neighbour in neighbours:
            assert not await catalog.fetchval(
                "select has_schema_privilege($1, $2, 'usage')", f"{service}_{role}", neighbour
            )
    assert not await catalog.fetchval("select has_schema_privilege($1, $2, 'create')", f"{service}_runtime", service)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_function_runs_as_somebody_else(catalog: asyncpg.Connection, service: str) -> None:
    functions = await catalog.fetch(
        "select proname as name from pg_proc where pronamespace = $1::regnamespace and prosecdef", service
    )
    assert functions == []


@pytest.mark.parametrize("service", SERVICES)
async def test_no_view_shows_what_its_owner_may_see(catalog: asyncpg.Connection, service: str) -> None:
    views = await catalog.fetch(
        """
        select relname as name from pg_class
        where relnamespace = $1::regnamespace
          and (relkind = 'm' or relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false))
        """,
        service,
    )
    assert views == []


@pytest.mark.parametrize("service", SERVICES)
async def test_without_an_organization_nothing_is_seen(
    postgres: Database, catalog: asyncpg.Connection, service: str
) -> None:
    fenced = await catalog.fetch(
        "select relname as name from pg_class where relnamespace = $1::regnamespace and relrowsecurity", service
    )
    runtime = await asyncpg.connect(postgres.url(service))
    try:
        for row in fenced:
            assert await runtime.fetchval(f"select count(*) from {service}.{row['name']}") == 0
    finally:
        await runtime.close()
