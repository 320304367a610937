"""The migrations make what the tables say."""

import asyncio
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from kit.migrations.versions import ROOT


async def test_after_the_migrations_the_database_and_the_tables_agree(
    postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROFILE_MIGRATION_DATABASE_URL", postgres.url("profile", "owner"))
    config = Config(ROOT / "alembic.ini", ini_section="profile")
    await asyncio.to_thread(command.check, config)


async def test_row_security_lets_the_index_of_labels_be_used(postgres: Any) -> None:
    # Postgres holds back an operator that is not known to be leakproof until the rows of others are gone.
    connection = await asyncpg.connect(postgres.superuser_url)
    try:
        operator = "public.<%(text, text)"
        assert await connection.fetchval(
            "select p.proleakproof from pg_operator o join pg_proc p on p.oid = o.oprcode "
            "where o.oid = cast($1::text as regoperator)",
            operator,
        )
        assert "gin_trgm_ops" in await connection.fetchval(
            "select pg_get_indexdef('profile.ix_competencies_label_key_similarity'::regclass)"
        )
    finally:
        await connection.close()
