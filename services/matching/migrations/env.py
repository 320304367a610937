"""Alembic's entry for the matching schema."""

from alembic import context

from kit.migrations import run
from services.matching.storage.tables import SCHEMA, metadata

run(context, metadata, SCHEMA)
