"""Match runs in the matching schema."""

from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.match_run import (
    MatchRun,
    MatchRunNotFoundError,
    Phase,
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
        """Store a new run; `RunUnfinishedError` if the program has one that has not ended."""
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
        found = await self._connection.execute(select(match_runs).where(self._is(match_run_id)).with_for_update())
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
        "seed": run.seed,
        "snapshot_hash": run.snapshot_hash,
        "engine_version": run.engine_version,
        "counts": None if run.counts is None else dict(run.counts),
        "failure": run.failure,
        "version": run.version,
        "created_at": run.created_at,
        "updated_at": run.updated_at,
    }


def _to_run(row: RowMapping) -> MatchRun:
    return MatchRun(
        id=row["id"],
        program_id=row["program_id"],
        status=RunStatus(row["status"]),
        phase=Phase(row["phase"]),
        progress=row["progress"],
        seed=row["seed"],
        snapshot_hash=row["snapshot_hash"],
        engine_version=row["engine_version"],
        counts=row["counts"],
        failure=row["failure"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
