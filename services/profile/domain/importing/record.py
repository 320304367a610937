"""An import: from the upload to what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kit.errors import NotFoundError
from services.profile.domain.importing.plan import Plan
from services.profile.domain.importing.rows import RowError
from services.profile.domain.importing.upload import Upload

ImportStatus = Literal["queued", "running", "succeeded", "partially_succeeded", "failed"]
_UNFINISHED: frozenset[ImportStatus] = frozenset({"queued", "running"})

GIVEN_UP = "The import could not be run. Nothing was changed. Upload the file again."
NOTHING_TAKEN = "No row of the file could be taken. Look at the errors."


class ImportNotFoundError(NotFoundError):
    """There is no such import in the organization."""

    code = "import-not-found"
    title = "No such import"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people the rows created, updated, or left as they were, and how many rows were left out."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused_rows: int = 0
    pending_managers: int = 0
    """People whose manager is not here yet; they get the manager when the manager arrives."""


@dataclass(frozen=True, slots=True)
class Import:
    """One file of an HR system, on its way into the organization."""

    id: str
    status: ImportStatus
    dry_run: bool
    mapping: Mapping[str, str]
    ignored_columns: tuple[str, ...]
    refused_columns: tuple[str, ...]
    rows: int
    rows_read: int
    counts: Counts
    failure: str | None
    finished_at: datetime | None
    version: int

    @property
    def finished(self) -> bool:
        """Whether it is known what became of it."""
        return self.status not in _UNFINISHED


def queue_import(import_id: str, upload: Upload, *, dry_run: bool) -> Import:
    """An import that waits for a worker."""
    return Import(
        id=import_id,
        status="queued",
        dry_run=dry_run,
        mapping=upload.columns.mapping,
        ignored_columns=upload.columns.ignored,
        refused_columns=upload.columns.refused,
        rows=upload.rows,
        rows_read=0,
        counts=Counts(),
        failure=None,
        finished_at=None,
        version=1,
    )


def proceed(import_: Import, rows_read: int) -> Import:
    """The import with so many rows read; a repeated run begins again from none."""
    return replace(import_, status="running", rows_read=rows_read, version=import_.version + 1)


def finish(
    import_: Import, plan: Plan, errors: Sequence[RowError], created: int, updated: int, now: datetime
) -> Import:
    """The import after everything that could be taken was taken."""
    taken = len(plan.people)
    counts = Counts(
        created=created,
        updated=updated,
        unchanged=taken - created - updated,
        refused_rows=import_.rows - taken,
        pending_managers=sum(planned.line.pending_manager is not None for planned in plan.people),
    )
    status: ImportStatus = "succeeded" if not errors else "partially_succeeded" if taken else "failed"
    return replace(
        import_,
        status=status,
        rows_read=import_.rows,
        counts=counts,
        failure=NOTHING_TAKEN if status == "failed" else None,
        finished_at=now,
        version=import_.version + 1,
    )


def give_up(import_: Import, now: datetime) -> Import:
    """The import that no worker could bring to an end."""
    return replace(import_, status="failed", failure=GIVEN_UP, finished_at=now, version=import_.version + 1)
