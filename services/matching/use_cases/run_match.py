"""Do a match run: read, solve away from this process, write. A run that is done twice has the effect of one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from kit.clock import Clock
from kit.ids import Ids
from kit.jobs import DeliveriesExhaustedError, Job
from services.matching.domain.drafting import Draft, Frame, draft_part
from services.matching.domain.engine.hashing import from_bytes, snapshot_hash, to_bytes
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.match_run import (
    Failure,
    FailureCode,
    MatchRun,
    Phase,
    RunStatus,
    SnapshotGoneError,
    fail_run,
    finish_replay,
    finish_run,
    start_run,
)
from services.matching.domain.outcome import (
    SNAPSHOTS_KEPT_FOR,
    Snapshot,
    left_out,
    outcome_of,
    prices,
    split,
)
from services.matching.domain.packed_solution import pack_solution
from services.matching.use_cases.entrants import Round, read_round
from services.matching.use_cases.in_bulk import beside, made_ahead
from services.matching.use_cases.ports import BackgroundWork, UnitOfWork
from services.matching.use_cases.ports_reviews import REVIEW_RUN
from services.matching.use_cases.ports_runs import Solver, SolverFailedError, Solvers

_SOLVING_STARTS, _WRITING_STARTS = 0.3, 0.7
_DRAFTS_AT_ONCE = 5_000


class _NoLongerWantedError(Exception):
    """The run ended otherwise while it was being done."""


class RunMatch:
    """The handler of the job. What a worker leaves when it dies, another takes over from the beginning."""

    def __init__(self, work: BackgroundWork, solvers: Solvers, ids: Ids, clock: Clock) -> None:
        self._work = work
        self._solvers = solvers
        self._ids = ids
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Do the run, unless it is done, cancelled or given up."""
        organization_id = job.organization_id
        run = await self._start(organization_id, job.payload["match_run_id"])
        if run is None:
            return
        try:
            if run.replay_of is None:
                await self._find(organization_id, run)
            else:
                await self._repeat(organization_id, run, run.replay_of)
        except _NoLongerWantedError:
            return
        except SnapshotGoneError as gone:
            await self._fail(organization_id, run.id, Failure(FailureCode.SNAPSHOT_GONE, gone.detail))

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Say that the run was given up, so that nobody waits for it."""
        await self._fail(job.organization_id, job.payload["match_run_id"], _failure(error, job.delivery))

    async def _start(self, organization_id: str, run_id: str) -> MatchRun | None:
        async with self._work(organization_id) as uow:
            run = start_run(await uow.match_runs.get(run_id), self._clock.now())
            if run is not None:
                await uow.match_runs.save(run)
            return run

    async def _find(self, organization_id: str, run: MatchRun) -> None:
        async with self._solvers.started() as solver:
            async with self._work(organization_id, snapshot=True) as uow:
                await uow.take_time()
                program = await uow.programs.get(run.program_id)
                found = await read_round(uow, program, run.order, self._clock.now())
            packed = await asyncio.to_thread(to_bytes, found.problem)
            async with beside(partial(_prepared, found.problem)) as preparing:
                solution = await self._solve(solver, organization_id, run.id, packed)
                hashed, index = await preparing
        snapshot = Snapshot(hashed, packed, await asyncio.to_thread(pack_solution, solution))
        await self._write(organization_id, run, found, index, solution, snapshot)

    async def _repeat(self, organization_id: str, run: MatchRun, original_id: str) -> None:
        async with self._solvers.started() as solver:
            async with self._work(organization_id) as uow:
                original = await uow.match_runs.get(original_id)
                snapshot = await uow.snapshots.get(original_id)
            assert original.outcome is not None, "what has a snapshot has found something"
            solution = await self._solve(solver, organization_id, run.id, snapshot.problem)
        problem = await asyncio.to_thread(from_bytes, snapshot.problem)
        outcome = await asyncio.to_thread(
            outcome_of, problem, solution, snapshot.snapshot_hash, original.outcome.policy
        )
        async with self._work(organization_id) as uow:
            running = await _running(uow, run.id)
            await uow.match_runs.save(finish_replay(running, original, outcome, self._clock.now()))

    async def _solve(self, solver: Solver, organization_id: str, run_id: str, problem: bytes) -> Solution:
        async def go_on(share: float) -> bool:
            progress = _SOLVING_STARTS + share * (_WRITING_STARTS - _SOLVING_STARTS)
            return await self._report(organization_id, run_id, Phase.SOLVING, progress)

        solution = await solver.solve(problem, go_on)
        if solution is None:
            raise _NoLongerWantedError
        return solution

    async def _write(
        self, organization_id: str, run: MatchRun, found: Round, index: Index, solution: Solution, snapshot: Snapshot
    ) -> None:
        """Store proposals and what else is kept, all at once for everybody else.

        The run itself is taken last, so that it can be followed and cancelled while thousands of proposals are stored.
        """
        now = self._clock.now()
        outcome = await asyncio.to_thread(outcome_of, found.problem, solution, snapshot.snapshot_hash, found.policy)
        async with self._work(organization_id) as uow, aclosing(self._drafts(run, found, index, solution)) as drafts:
            await uow.take_time()
            stored = 0
            async for some in drafts:
                await uow.new_proposals.add(some, now)
                stored += len(some)
                share = stored / outcome.counts["proposals"]
                progress = _WRITING_STARTS + share * (1 - _WRITING_STARTS)
                if not await self._report(organization_id, run.id, Phase.WRITING, progress):
                    raise _NoLongerWantedError
            await uow.snapshots.add(run.id, snapshot, now + SNAPSHOTS_KEPT_FOR)
            await uow.snapshots.add_people(run.id, prices(found.problem, solution), left_out(found.problem, solution))
            await uow.match_runs.save(finish_run(await _running(uow, run.id), outcome, self._clock.now()))
            await uow.jobs.enqueue(REVIEW_RUN, {"match_run_id": run.id})

    async def _drafts(
        self, run: MatchRun, found: Round, index: Index, solution: Solution
    ) -> AsyncGenerator[list[Draft], None]:
        frame = Frame(run.program_id, run.id, found.program.details.kind, self._ids.new, found.labels)
        parts = (partial(draft_part, index, part, frame) for part in split(solution, _DRAFTS_AT_ONCE))
        async with aclosing(made_ahead(parts)) as made:
            async for drafts in made:
                yield drafts

    async def _fail(self, organization_id: str, run_id: str, failure: Failure) -> None:
        async with self._work(organization_id) as uow:
            failed = fail_run(await uow.match_runs.get(run_id), failure, self._clock.now())
            if failed is not None:
                await uow.match_runs.save(failed)

    async def _report(self, organization_id: str, run_id: str, phase: Phase, progress: float) -> bool:
        async with self._work(organization_id) as uow:
            return await uow.match_runs.report_progress(run_id, phase, progress)


def _prepared(problem: Problem) -> tuple[str, Index]:
    """What writing needs beside the solution."""
    return snapshot_hash(problem), build_index(problem)


async def _running(uow: UnitOfWork, run_id: str) -> MatchRun:
    run = await uow.match_runs.get(run_id)
    if run.status is not RunStatus.RUNNING:
        raise _NoLongerWantedError
    return run


def _failure(error: Exception, attempts: int) -> Failure:
    match error:
        case SolverFailedError():
            return Failure(FailureCode.SOLVER_FAILED, f"The solver ended without an answer, {attempts} times.")
        case DeliveriesExhaustedError():
            return Failure(FailureCode.WORKER_LOST, "Each worker that took the run ended before it was done.")
    return Failure(FailureCode.INTERNAL_ERROR, f"The run was given up after {attempts} attempts.")
