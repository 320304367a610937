"""A match run: one reproducible execution for one program, from the queue to its review and what came of it.

queued ── running ── review ── published
   │         │          └───── discarded
   └─────────┴── cancelled, failed
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ConflictError, NotFoundError


class RunStatus(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    REVIEW = "review"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What a running run is doing."""

    WAITING = "waiting"
    READING = "reading"
    SOLVING = "solving"
    WRITING = "writing"
    DONE = "done"


UNFINISHED = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


class MatchRunNotFoundError(NotFoundError):
    """There is no such match run here."""

    code = "match-run-not-found"
    title = "The match run does not exist"


class RunStatusError(ConflictError):
    """The run is not in a state that allows this."""

    code = "match-run-status"
    title = "The match run's status does not allow this"


class RunUnfinishedError(ConflictError):
    """The program has a run that has not ended."""

    code = "match-run-unfinished"
    title = "Another match run of this program has not ended"


@dataclass(frozen=True, slots=True)
class MatchRun:
    """A run as it is stored."""

    id: str
    program_id: str
    status: RunStatus
    phase: Phase
    progress: float
    seed: int
    snapshot_hash: str | None
    engine_version: str
    counts: Mapping[str, int] | None
    failure: str | None
    version: int
    created_at: datetime
    updated_at: datetime


def queue_run(run_id: str, program_id: str, seed: int, engine_version: str, now: datetime) -> MatchRun:
    """A run that a worker will take."""
    return MatchRun(
        id=run_id,
        program_id=program_id,
        status=RunStatus.QUEUED,
        phase=Phase.WAITING,
        progress=0.0,
        seed=seed,
        snapshot_hash=None,
        engine_version=engine_version,
        counts=None,
        failure=None,
        version=1,
        created_at=now,
        updated_at=now,
    )


def start_run(run: MatchRun, now: datetime) -> MatchRun | None:
    """The run in a worker's hands, from its beginning; None if there is nothing left to do.

    A run that is found running was dropped by a worker that died: it is taken over.
    """
    if run.status not in UNFINISHED:
        return None
    return _moved(run, now, RunStatus.RUNNING, phase=Phase.READING, progress=0.0)


def finish_run(run: MatchRun, snapshot_hash: str, counts: Mapping[str, int], now: datetime) -> MatchRun:
    """The run with its results, for a coordinator to look at."""
    _require(run, RunStatus.RUNNING)
    moved = _moved(run, now, RunStatus.REVIEW, phase=Phase.DONE, progress=1.0)
    return replace(moved, snapshot_hash=snapshot_hash, counts=counts)


def fail_run(run: MatchRun, failure: str, now: datetime) -> MatchRun | None:
    """The run, given up; None if it has ended otherwise."""
    if run.status not in UNFINISHED:
        return None
    return replace(_moved(run, now, RunStatus.FAILED, phase=Phase.DONE), failure=failure)


def cancel_run(run: MatchRun, now: datetime) -> MatchRun:
    """The run, no longer wanted; its worker stops when it next looks."""
    _require(run, *UNFINISHED)
    return _moved(run, now, RunStatus.CANCELLED, phase=Phase.DONE)


def publish_run(run: MatchRun, now: datetime) -> MatchRun:
    """The run whose proposals are offered."""
    _require(run, RunStatus.REVIEW)
    return _moved(run, now, RunStatus.PUBLISHED)


def discard_run(run: MatchRun, now: datetime) -> MatchRun:
    """The run whose results nobody will see."""
    _require(run, RunStatus.REVIEW)
    return _moved(run, now, RunStatus.DISCARDED)


def _require(run: MatchRun, *statuses: RunStatus) -> None:
    if run.status not in statuses:
        raise RunStatusError(f"The match run is {run.status}; this needs one that is {' or '.join(sorted(statuses))}.")


def _moved(
    run: MatchRun, now: datetime, status: RunStatus, *, phase: Phase | None = None, progress: float | None = None
) -> MatchRun:
    return replace(
        run,
        status=status,
        phase=phase or run.phase,
        progress=run.progress if progress is None else progress,
        version=run.version + 1,
        updated_at=now,
    )
