"""Migrations, against the schema of a service that is made for the test."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from deploy.local.databases import Database as PostgresDatabase
from kit.database import Database
from kit.migrations import is_at_head, versions
from kit.tests.conftest import Shop

SECOND = """
from alembic import op
revision = "0002"
down_revision = "0001"

def upgrade():
    op.execute("select pg_sleep(0.3)")
    op.execute("create table profile.more (id int)")
"""


class OwnShop(Shop):
    """A shop with nothing in it yet."""

    async def upgrade_now(self) -> None:
        await asyncio.to_thread(self.upgrade)

    async def check(self) -> None:
        await asyncio.to_thread(command.check, self.config)

    async def connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.url)


@pytest.fixture
def shop(empty_postgres: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnShop]:
    monkeypatch.setenv("PROFILE_MIGRATION_DATABASE_URL", empty_postgres.url("profile", "owner"))
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    versions._older_revisions.cache_clear()
    yield OwnShop(tmp_path / "migrations", empty_postgres)
    versions._older_revisions.cache_clear()


async def test_after_the_migrations_the_database_and_the_tables_agree(shop: OwnShop) -> None:
    await shop.upgrade_now()
    await shop.check()


async def test_a_table_that_no_migration_makes_is_noticed(shop: OwnShop) -> None:
    env = shop.folder / "env.py"
    env.write_text(env.read_text().replace('"shoes"', '"boots"'))
    await shop.upgrade_now()
    with pytest.raises(Exception, match="boots"):
        await shop.check()


async def test_two_migrators_at_once_queue_up(shop: OwnShop) -> None:
    shop.add("0002_second.py", SECOND)
    ini = shop.folder.parent / "alembic.ini"
    migrators = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "alembic", "-c", ini, "-n", "profile", "upgrade", "head"
        )
        for _ in range(2)
    ]
    assert [await migrator.wait() for migrator in migrators] == [0, 0]
    connection = await shop.connect()
    assert await connection.fetchval("select version_num from alembic_version") == "0002"
    await connection.close()


async def test_a_failed_migration_keeps_those_before_it(shop: OwnShop) -> None:
    shop.add("0002_second.py", SECOND.replace("pg_sleep(0.3)", "1 / 0"))
    with pytest.raises(Exception, match="division by zero"):
        await shop.upgrade_now()
    connection = await shop.connect()
    assert await connection.fetchval("select version_num from alembic_version") == "0001"
    await connection.close()


async def test_the_version_is_behind_then_at_then_ahead_of_the_code(shop: OwnShop) -> None:
    database = Database(shop.url, pool_size=2)
    assert not await is_at_head(database, "profile")
    await shop.upgrade_now()
    assert await is_at_head(database, "profile")
    shop.add("0002_second.py", SECOND)
    versions._older_revisions.cache_clear()
    assert not await is_at_head(database, "profile")
    await shop.upgrade_now()
    assert await is_at_head(database, "profile")
    (shop.folder / "versions" / "0002_second.py").unlink()
    versions._older_revisions.cache_clear()
    assert await is_at_head(database, "profile"), "an older release goes on beside a newer schema"
    await database.close()


async def test_a_database_that_is_away_is_not_at_head(shop: OwnShop) -> None:
    database = Database("postgresql://profile_runtime:x@127.0.0.1:1/nothing")
    assert not await is_at_head(database, "profile")
    await database.close()


async def test_migrations_can_be_printed_without_a_database(
    shop: OwnShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROFILE_MIGRATION_DATABASE_URL")
    await asyncio.to_thread(command.upgrade, shop.config, "head", sql=True)
    printed = capsys.readouterr().out
    assert "set lock_timeout" in printed
    assert "create table profile.outbox" in printed


async def test_row_security_shows_one_organization_and_refuses_writing_into_another(shop: OwnShop) -> None:
    await shop.upgrade_now()
    connection = await shop.connect()

    async def sizes(organization: str | None) -> list[int]:
        async with connection.transaction():
            if organization is not None:
                await connection.execute("select set_config('app.organization_id', $1, true)", organization)
            return [row["size"] for row in await connection.fetch("select size from shoes order by size")]

    for organization, size in (("org_a", 41), ("org_b", 42)):
        async with connection.transaction():
            await connection.execute("select set_config('app.organization_id', $1, true)", organization)
            await connection.execute("insert into shoes values ($1, 'sho_1', $2)", organization, size)
    assert await sizes("org_a") == [41]
    assert await sizes("org_b") == [42]
    assert await sizes(None) == [], "a setting that an earlier transaction used is not null but empty"
    await connection.execute("begin; select set_config('app.organization_id', 'org_a', true)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("insert into shoes values ('org_b', 'sho_2', 43)")
    await connection.execute("rollback")
    owner = await asyncpg.connect(shop.postgres.url("profile", "owner"))
    assert await owner.fetch("select * from shoes") == [], "the owner is held by the policies too"
    await owner.close()
    await connection.close()


async def test_the_feed_setting_lets_read_and_prune_but_not_write(shop: OwnShop) -> None:
    await shop.upgrade_now()
    connection = await shop.connect()
    insert = """
        insert into outbox (organization_id, id, type, subject_id, data, occurred_at)
        values ($1, $2, '', '', '{}', now())
    """
    async with connection.transaction():
        await connection.execute("select set_config('app.organization_id', 'org_a', true)")
        await connection.execute(insert, "org_a", "evt_1")
    assert await connection.fetchval("select count(*) from outbox") == 0
    async with connection.transaction():
        await connection.execute("select set_config('app.feed', 'on', true)")
        assert await connection.fetchval("select count(*) from outbox") == 1
        assert await connection.execute("update outbox set type = 'x'") == "UPDATE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute(insert, "org_a", "evt_2")
        assert await connection.execute("delete from outbox") == "DELETE 1"
    await connection.close()


async def test_rfc3339_writes_utc_with_microseconds(shop: OwnShop) -> None:
    await shop.upgrade_now()
    connection = await shop.connect()
    await connection.execute("set timezone = 'Asia/Kolkata'")
    text = await connection.fetchval("select rfc3339(timestamptz '2026-01-02 03:04:05.123456+00')")
    assert text == "2026-01-02T03:04:05.123456Z"
    assert await connection.fetchval("select rfc3339(null)") is None
    await connection.close()


async def test_queue_names_do_not_listen_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from kit.jobs.queue import queue_settings

    monkeypatch.setitem(os.environ, "CHANNEL", "somebody_elses")
    monkeypatch.setitem(os.environ, "PGQUEUER_PREFIX", "x_")
    settings = queue_settings("profile")
    assert (settings.channel, settings.queue_table) == ("profile_jobs", "pgqueuer")
