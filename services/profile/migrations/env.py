"""Alembic's entry for the profile schema."""

from alembic import context

from kit.migrations import run
from services.profile.storage.tables import SCHEMA, metadata

run(context, metadata, SCHEMA)
