"""Who may read what: participants their own, coordinators the facts, everybody else nothing."""

from collections.abc import Sequence

from asyncpg import Record

from kit.database import Reader
from kit.errors import NotFoundError
from services.sessions.domain.engagement import ParticipantRequiredError
from services.sessions.use_cases.access import COORDINATORS


def coordinates(db: Reader) -> bool:
    """Whether the caller may see the facts of every engagement."""
    return db.principal.has_role(*COORDINATORS)


def require_part(db: Reader, row: Record | None, not_found: type[NotFoundError]) -> Record:
    """The row, of which `takes_part` says whether the caller is among the engagement's participants."""
    if row is not None and row["takes_part"]:
        return row
    if row is not None and coordinates(db):
        raise ParticipantRequiredError("Only the people who take part in this engagement may read this.")
    raise not_found


def items_of_part(db: Reader, rows: Sequence[Record], not_found: type[NotFoundError]) -> list[Record]:
    """The items of a list whose rows begin with its parent; a parent without items has one row without an item."""
    require_part(db, rows[0] if rows else None, not_found)
    return [row for row in rows if row["item"] is not None]
