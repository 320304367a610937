"""A match run: one reproducible execution for one program, from the queue to its review and what came of it.

queued ── running ── review ── published
   │         │  │       └───── discarded
   │         │  └── replayed
   └─────────┴── cancelled, failed

A replay solves again what another run was computed from. It proposes nothing: it ends by saying whether it found the
same pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ConflictError, NotFoundError
from services.matching.domain.engine.problem import ENGINE_VERSION, Mode, Round


class RunStatus(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    REVIEW = "review"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    REPLAYED = "replayed"
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
    """The program has a run that has not ended, or the run a replay."""

    code = "match-run-unfinished"
    title = "Another match run of this program, or replay of this run, has not ended"


class SnapshotGoneError(ConflictError):
    """What the run was computed from is not kept any more."""

    code = "match-run-snapshot-gone"
    title = "What the match run was computed from is not kept any more"


class FailureCode(StrEnum):
    """Why a run was given up."""

    SOLVER_FAILED = "solver-failed"
    WORKER_LOST = "worker-lost"
    SNAPSHOT_GONE = "snapshot-gone"
    INTERNAL_ERROR = "internal-error"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run was given up, for programs and for people."""

    code: FailureCode
    text: str


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a coordinator asks of a run. `longest_ring` counts for cycles alone.

    With `unmatched_first`, learners whom the program's last published run left without a teacher come before others.
    """

    mode: Mode
    seed: int
    longest_ring: int = 3
    unmatched_first: bool = True


@dataclass(frozen=True, slots=True)
class PolicyUsed:
    """Which version of which match policy judged a run; no id means the standard policy."""

    policy_id: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, in figures, by which policy, and how it got there.

    `total` and `upper_bound` are basis points: what the mode added up, and what nobody can beat (None: not known).
    """

    snapshot_hash: str
    pairs_hash: str
    policy: PolicyUsed
    counts: Mapping[str, int]
    total: int
    upper_bound: int | None
    solver: str
    rounds: tuple[Round, ...] = ()

    @property
    def gap_basis_points(self) -> int | None:
        """How far below the bound the total is at most, in basis points of the bound, rounded up."""
        if self.upper_bound is None:
            return None
        return -(-(self.upper_bound - self.total) * 10_000 // max(1, self.upper_bound))


@dataclass(frozen=True, slots=True)
class MatchRun:
    """A run as it is stored; a replay names the run that it repeats, and in the end whether the pairs were equal."""

    id: str
    program_id: str
    status: RunStatus
    phase: Phase
    progress: float
    order: RunOrder
    engine_version: str
    replay_of: str | None
    replay_equal: bool | None
    outcome: Outcome | None
    failure: Failure | None
    version: int
    created_at: datetime
    updated_at: datetime


def queue_run(run_id: str, program_id: str, order: RunOrder, now: datetime) -> MatchRun:
    """A run that a worker will take."""
    return MatchRun(
        id=run_id,
        program_id=program_id,
        status=RunStatus.QUEUED,
        phase=Phase.WAITING,
        progress=0.0,
        order=order,
        engine_version=ENGINE_VERSION,
        replay_of=None,
        replay_equal=None,
        outcome=None,
        failure=None,
        version=1,
        created_at=now,
        updated_at=now,
    )


def queue_replay(run_id: str, original: MatchRun, now: datetime) -> MatchRun:
    """A run that solves what another was computed from, with its seed."""
    _require(original, RunStatus.REVIEW, RunStatus.PUBLISHED)
    return replace(queue_run(run_id, original.program_id, original.order, now), replay_of=original.id)


def start_run(run: MatchRun, now: datetime) -> MatchRun | None:
    """The run in a worker's hands, from its beginning; None if there is nothing left to do.

    A run that is found running was dropped by a worker that died: it is taken over.
    """
    if run.status not in UNFINISHED:
        return None
    started = _moved(run, now, RunStatus.RUNNING, phase=Phase.READING, progress=0.0)
    return replace(started, engine_version=ENGINE_VERSION)


def finish_run(run: MatchRun, outcome: Outcome, now: datetime) -> MatchRun:
    """The run with its results, for a coordinator to look at."""
    _require(run, RunStatus.RUNNING)
    return replace(_moved(run, now, RunStatus.REVIEW, phase=Phase.DONE, progress=1.0), outcome=outcome)


def finish_replay(run: MatchRun, original: MatchRun, outcome: Outcome, now: datetime) -> MatchRun:
    """The replay, which says whether the pairs are those of the original, bit by bit."""
    _require(run, RunStatus.RUNNING)
    equal = original.outcome is not None and original.outcome.pairs_hash == outcome.pairs_hash
    moved = _moved(run, now, RunStatus.REPLAYED, phase=Phase.DONE, progress=1.0)
    return replace(moved, outcome=outcome, replay_equal=equal)


def fail_run(run: MatchRun, failure: Failure, now: datetime) -> MatchRun | None:
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
