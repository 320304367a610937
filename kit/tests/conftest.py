"""A schema that has what every service has, and one table of its own: a shop's shoes."""

import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from conftest import run
from deploy.local.databases import Database as PostgresDatabase
from deploy.local.databases import clone_database, drop_database
from kit.database import Database

ENV = """
from alembic import context
from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table
from kit.database import NAMING, Id
from kit.events import event_tables
from kit.idempotency import idempotency_table
from kit.migrations import run

metadata = MetaData(schema="profile", naming_convention=NAMING)
event_tables(metadata)
idempotency_table(metadata)
Table("shoes", metadata, Column("organization_id", Id), Column("id", Id), Column("size", Integer, nullable=False),
      PrimaryKeyConstraint("organization_id", "id"))
run(context, metadata, "profile")
"""
FIRST = """
import sqlalchemy as sa
from alembic import op
from kit.database import Id
from kit.migrations import install_base
from kit.row_security import enable
revision = "0001"
down_revision = None

def upgrade():
    install_base(op, "profile")
    op.create_table("shoes", sa.Column("organization_id", Id), sa.Column("id", Id),
                    sa.Column("size", sa.Integer, nullable=False),
                    sa.PrimaryKeyConstraint("organization_id", "id", name="pk_shoes"), schema="profile")
    enable(op, "shoes")
"""


class Shop:
    """A migrations folder of one schema, and the database that it is for."""

    def __init__(self, folder: Path, postgres: PostgresDatabase) -> None:
        self.folder = folder
        self.postgres = postgres
        self.url = postgres.url("profile", "runtime")
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(ENV)
        self.add("0001_first.py", FIRST)
        (folder.parent / "alembic.ini").write_text(f"[profile]\nscript_location = {folder}\nfile_template = %%(rev)s\n")
        self.config = Config()
        self.config.set_main_option("script_location", str(folder))

    def add(self, name: str, source: str) -> None:
        (self.folder / "versions" / name).write_text(source)

    def upgrade(self) -> None:
        command.upgrade(self.config, "head")


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Planted faults are logged in plain lines; drawing their tracebacks would take seconds."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


@pytest.fixture(scope="session")
def migrated_shop(
    postgres_templates: tuple[PostgresDatabase, PostgresDatabase], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A shop with everything in it that migrations make."""
    empty = postgres_templates[0]
    database = run(clone_database(empty, f"{empty.name}_shop_{os.getpid()}"))
    shop = Shop(tmp_path_factory.mktemp("shop") / "migrations", database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROFILE_MIGRATION_DATABASE_URL", database.url("profile", "owner"))
        with ThreadPoolExecutor(1) as thread:
            thread.submit(shop.upgrade).result()
    yield shop
    run(drop_database(database))


@pytest.fixture
def shop_url(migrated_shop: Shop) -> str:
    """The shop's address."""
    return migrated_shop.url


@pytest.fixture
async def shop_database(shop_url: str) -> AsyncIterator[Database]:
    """A pool into the shop, emptied of what the last test left."""
    database = Database(shop_url, pool_size=8)
    for organization_id in ("org_a", "org_b"):
        async with database.transaction(organization_id) as connection:
            await connection.execute(text("delete from shoes"))
    async with database.transaction(None) as connection:
        await connection.execute(text("select set_config('app.feed', 'on', true)"))
        for table in ("outbox", "outbox_horizon", "consumer_cursors", "inbox", "pgqueuer", "pgqueuer_log"):
            await connection.execute(text(f"delete from {table}"))
    yield database
    await database.close()
