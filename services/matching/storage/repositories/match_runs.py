"""Match runs in the matching schema."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.engine.problem import Mode, Round
from services.matching.domain.match_run import (
    Failure,
    FailureCode,
    MatchRun,
    MatchRunNotFoundError,
    Outcome,
    Phase,
    PolicyUsed,
    RunOrder,
    RunStatus,
    RunUnfinishedError,
)
from services.matching.storage.tables import match_runs


class MatchRunRepository:
    """The match runs of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, run: MatchRun) -> None:
        """Store a new run; `RunUnfinishedError` if one that it would stand in the way of has not ended."""
        try:
            await self._connection.execute(
                insert(match_runs).values(
                    organization_id=self._organization_id, id=run.id, program_id=run.program_id, **_columns(run)
                )
            )
        except IntegrityError as error:
            if "uq_match_runs_unfinished" in str(error.orig):
                raise RunUnfinishedError("Wait for it, or cancel it.") from error
            raise

    async def get(self, match_run_id: str) -> MatchRun:
        """The run, locked for a change."""
        # Its key is left free: a transaction that writes the run's proposals must not hold up who cancels it.
        found = await self._connection.execute(
            select(match_runs).where(self._is(match_run_id)).with_for_update(key_share=True)
        )
        row = found.mappings().first()
        if row is None:
            raise MatchRunNotFoundError
        return _to_run(row)

    async def save(self, run: MatchRun) -> None:
        """Store its new state."""
        await self._connection.execute(update(match_runs).where(self._is(run.id)).values(**_columns(run)))

    async def report_progress(self, match_run_id: str, phase: Phase, progress: float) -> bool:
        """Note how far a running run is; False if it is not running any more."""
        noted = await self._connection.execute(
            update(match_runs)
            .where(self._is(match_run_id), match_runs.c.status == RunStatus.RUNNING)
            .values(phase=phase, progress=progress)
        )
        return bool(noted.rowcount)

    def _is(self, match_run_id: str) -> Any:
        return (match_runs.c.organization_id == self._organization_id) & (match_runs.c.id == match_run_id)


def _columns(run: MatchRun) -> dict[str, Any]:
    return {
        "status": run.status,
        "phase": run.phase,
        "progress": run.progress,
        "mode": run.order.mode,
        "seed": run.order.seed,
        "longest_ring": run.order.longest_ring,
        "unmatched_first": run.order.unmatched_first,
        "engine_version": run.engine_version,
        "replay_of": run.replay_of,
        "replay_equal": run.replay_equal,
        "failure_code": run.failure and run.failure.code,
        "failure": run.failure and run.failure.text,
        "version": run.version,
        "created_at": run.created_at,
        "updated_at": run.updated_at,
        **({} if run.outcome is None else _outcome_columns(run.outcome)),
    }


def _outcome_columns(outcome: Outcome) -> dict[str, Any]:
    return {
        "snapshot_hash": outcome.snapshot_hash,
        "pairs_hash": outcome.pairs_hash,
        "match_policy_id": outcome.policy.policy_id,
        "match_policy_version": outcome.policy.version,
        "counts": dict(outcome.counts),
        "total": outcome.total,
        "upper_bound": outcome.upper_bound,
        "gap_basis_points": outcome.gap_basis_points,
        "solver": outcome.solver,
        "rounds": [asdict(one) for one in outcome.rounds],
    }


def _to_run(row: RowMapping) -> MatchRun:
    return MatchRun(
        id=row["id"],
        program_id=row["program_id"],
        status=RunStatus(row["status"]),
        phase=Phase(row["phase"]),
        progress=row["progress"],
        order=RunOrder(Mode(row["mode"]), row["seed"], row["longest_ring"], row["unmatched_first"]),
        engine_version=row["engine_version"],
        replay_of=row["replay_of"],
        replay_equal=row["replay_equal"],
        outcome=_to_outcome(row),
        failure=None if row["failure_code"] is None else Failure(FailureCode(row["failure_code"]), row["failure"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _to_outcome(row: RowMapping) -> Outcome | None:
    # Runs of earlier engines have hashes of their own kind, and nothing to compare with.
    if row["pairs_hash"] is None:
        return None
    return Outcome(
        snapshot_hash=row["snapshot_hash"],
        pairs_hash=row["pairs_hash"],
        policy=PolicyUsed(row["match_policy_id"], row["match_policy_version"]),
        counts=row["counts"],
        total=row["total"],
        upper_bound=row["upper_bound"],
        solver=row["solver"],
        rounds=tuple(Round(**one) for one in row["rounds"]),
    )
