"""Alembic's entry for the sessions schema."""

from alembic import context

from kit.migrations import run
from services.sessions.storage.tables import SCHEMA, metadata

run(context, metadata, SCHEMA)
