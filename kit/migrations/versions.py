"""Whether a database has the schema that this code needs, without loading Alembic."""

import re
from configparser import RawConfigParser
from functools import cache
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kit.database import Database

ROOT = Path(__file__).parents[2]
_REVISION = re.compile(r"^(revision|down_revision)\b[^=\n]*=\s*(.+)$", re.MULTILINE)
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")
log = structlog.get_logger(__name__)


async def is_at_head(database: Database, service: str) -> bool:
    """Whether the service's schema has every migration of this code.

    A revision that this code does not know was made by a newer release, which keeps the schema usable for this one.
    """
    older = _older_revisions(service)
    try:
        async with database.transaction(None) as connection:
            present = await connection.scalar(text(f"select version_num from {service}.alembic_version"))  # noqa: S608 - a name of our own
    except (SQLAlchemyError, OSError) as error:
        log.warning("The schema's version cannot be read.", schema=service, reason=str(error))
        return False
    return present is not None and present not in older


@cache
def _older_revisions(service: str) -> frozenset[str]:
    """Every revision that another one builds on."""
    config = RawConfigParser()
    config.read(ROOT / "alembic.ini", encoding="utf-8")
    older: set[str] = set()
    for path in (ROOT / config[service]["script_location"] / "versions").glob("*.py"):
        for name, value in _REVISION.findall(path.read_text(encoding="utf-8")):
            if name == "down_revision":
                older.update(_QUOTED.findall(value))
    return frozenset(older)
