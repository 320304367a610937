"""Migrations of one service's schema with Alembic, and whether a database has them all."""

from kit.migrations.base import install_base
from kit.migrations.environment import run
from kit.migrations.versions import is_at_head

__all__ = ["install_base", "is_at_head", "run"]
