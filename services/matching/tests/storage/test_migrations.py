"""The migrations make what the tables say."""

import asyncio
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from kit.migrations.versions import ROOT


async def test_after_the_migrations_the_database_and_the_tables_agree(
    postgres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHING_MIGRATION_DATABASE_URL", postgres.url("matching", "owner"))
    config = Config(ROOT / "alembic.ini", ini_section="matching")
    await asyncio.to_thread(command.check, config)
