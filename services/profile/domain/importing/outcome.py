"""What became of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kit.errors import NotFoundError
from services.profile.domain.importing.plan import Plan
from services.profile.domain.importing.rows import RowError

ImportStatus = Literal["queued", "running", "succeeded", "partially_succeeded", "failed"]
FINISHED: frozenset[ImportStatus] = frozenset({"succeeded", "partially_succeeded", "failed"})


class ImportNotFoundError(NotFoundError):
    """There is no such import in the organization."""

    code = "import-not-found"
    title = "No such import"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there were, and how many did what."""

    rows: int
    created: int
    updated: int
    unchanged: int
    refused_rows: int
    pending_managers: int
    """People whose manager is not here yet; they get the manager when the manager arrives."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an import: nothing wrong, something wrong, or nothing of the file could be taken."""

    status: ImportStatus
    counts: Counts


def outcome(rows: int, plan: Plan, errors: Sequence[RowError], created: int, updated: int) -> Outcome:
    """The end of an import that created and updated this many people."""
    taken = len(plan.people)
    counts = Counts(
        rows=rows,
        created=created,
        updated=updated,
        unchanged=taken - created - updated,
        refused_rows=rows - taken,
        pending_managers=sum(planned.line.pending_manager is not None for planned in plan.people),
    )
    if not errors:
        return Outcome("succeeded", counts)
    return Outcome("partially_succeeded" if taken else "failed", counts)
