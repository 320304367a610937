"""Alembic's environment, the same for every service: one schema, one version table, one migrator at a time."""

import asyncio
from types import ModuleType
from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy import Connection, MetaData, NullPool, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from kit.jobs.queue import is_queue_table
from kit.settings import settings_config

LOCK_TIMEOUT = "5s"
VERSION_TABLE = "alembic_version"


def run(config_context: ModuleType, metadata: MetaData, schema: str) -> None:
    """Run, check or print the migrations of a schema; the whole of a service's `env.py`.

    The address is `<SCHEMA>_MIGRATION_DATABASE_URL`, a role that owns the schema.
    """
    options: dict[str, Any] = {
        "target_metadata": metadata,
        "version_table": VERSION_TABLE,
        "version_table_schema": schema,
        "include_schemas": True,
        "include_name": _only(schema),
        "transaction_per_migration": True,
    }
    if config_context.is_offline_mode():
        config_context.configure(dialect_name="postgresql", literal_binds=True, **options)
        with config_context.begin_transaction():
            config_context.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
            config_context.run_migrations()
        return
    asyncio.run(_run_online(config_context, schema, options))


async def _run_online(config_context: ModuleType, schema: str, options: dict[str, Any]) -> None:
    engine = create_async_engine(
        make_url(_migration_url(schema)).set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={"server_settings": {"search_path": schema, "statement_timeout": "0"}},
    )

    def migrate(connection: Connection) -> None:
        # Alembic leaves the schema's name away where it is the default one; the tables name theirs.
        connection.dialect.default_schema_name = "public"
        # A second migrator waits here, however long the first one takes, and then finds nothing left to do.
        connection.execute(text("select pg_advisory_lock(hashtext(:name))"), {"name": f"migrations of {schema}"})
        connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        config_context.configure(connection=connection, **options)
        with config_context.begin_transaction():
            config_context.run_migrations()

    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def _migration_url(schema: str) -> str:
    class MigrationSettings(BaseSettings):
        model_config = settings_config(f"{schema.upper()}_")

        migration_database_url: SecretStr

    return MigrationSettings().migration_database_url.get_secret_value()


def _only(schema: str) -> Any:
    def include_name(name: str | None, kind: str, _: Any) -> bool:
        if kind == "schema":
            return name == schema
        return not (kind == "table" and name is not None and (name == VERSION_TABLE or is_queue_table(name)))

    return include_name
