"""Ask for a match run or a replay, cancel it, offer or discard what it found."""

from dataclasses import dataclass

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.matching.domain.engine.problem import Mode
from services.matching.domain.entry import still_possible
from services.matching.domain.match_run import (
    MatchRun,
    cancel_run,
    discard_run,
    publish_run,
    queue_replay,
    queue_run,
)
from services.matching.domain.proposal import OFFERED_FOR
from services.matching.domain.run_order import order_run
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.entrants import list_free_places
from services.matching.use_cases.in_bulk import fed
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, RUN_MATCH, UnitOfWork

_SECONDS_TO_WAIT = 1
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What a coordinator says of a run; None where the program, or chance, is to say."""

    seed: int | None
    mode: Mode | None
    longest_ring: int | None
    unmatched_first: bool


async def create(uow: UnitOfWork, caller: Principal, program_id: str, wish: Wish, ids: Ids, clock: Clock) -> Answer:
    """Ask a worker for a run of an open program; without a seed it gets one of its own, and says which."""
    require_coordinator(caller)
    run_id = ids.new("run")
    seed = int(run_id[-8:], 16) & _LARGEST_SEED if wish.seed is None else wish.seed
    async with uow:
        program = await uow.programs.get(program_id)
        program.require_open()
        order = order_run(
            program.details,
            wish.mode,
            seed=seed,
            longest_ring=wish.longest_ring,
            unmatched_first=wish.unmatched_first,
        )
        return await _queued(uow, queue_run(run_id, program_id, order, clock.now()))


async def replay(uow: UnitOfWork, caller: Principal, match_run_id: str, ids: Ids, clock: Clock) -> Answer:
    """Ask a worker to solve again what a run was computed from; the program need not be open for it."""
    require_coordinator(caller)
    async with uow:
        original = await uow.match_runs.get(match_run_id)
        run = queue_replay(ids.new("run"), original, clock.now())
        await uow.snapshots.require(match_run_id)
        return await _queued(uow, run)


async def _queued(uow: UnitOfWork, run: MatchRun) -> Answer:
    await uow.match_runs.add(run)
    await uow.jobs.enqueue(RUN_MATCH, {"match_run_id": run.id})
    location = f"/v1/match-runs/{run.id}"
    return await uow.answer(run.id, status=202, location=location, retry_after=_SECONDS_TO_WAIT)


async def cancel(uow: UnitOfWork, caller: Principal, match_run_id: str, clock: Clock) -> Answer:
    """Stop a run that has not ended."""
    require_coordinator(caller)
    async with uow:
        run = await uow.match_runs.get(match_run_id)
        await uow.match_runs.save(cancel_run(run, clock.now()))
        return await uow.answer(match_run_id)


async def publish(uow: UnitOfWork, caller: Principal, match_run_id: str, clock: Clock) -> Answer:
    """Offer what the run found to the people; what cannot come about any more is left out."""
    require_coordinator(caller)
    now = clock.now()
    async with uow:
        await uow.take_time()
        run = await uow.match_runs.get(match_run_id)
        program = await uow.programs.get(run.program_id)
        program.require_open()
        await uow.match_runs.save(publish_run(run, now))
        apart = frozenset([*await uow.entrants.apart(program.id), *await uow.choices.exclusions()])
        free = await list_free_places(uow, program, now)
        possible, left_out = await fed(
            lambda planned: still_possible(planned, free, apart), uow.proposal_batches.stream_planned(match_run_id)
        )
        await uow.proposal_batches.offer(match_run_id, possible, now, now + OFFERED_FOR)
        await uow.snapshots.add_people(match_run_id, {}, left_out)
        await uow.snapshots.keep_last(program.id, match_run_id)
        await uow.jobs.enqueue(EXPIRE_PROPOSALS, {}, after=OFFERED_FOR)
        return await uow.answer(match_run_id)


async def discard(uow: UnitOfWork, caller: Principal, match_run_id: str, clock: Clock) -> Answer:
    """Forget what the run found, and what it was computed from."""
    require_coordinator(caller)
    async with uow:
        await uow.take_time()
        run = await uow.match_runs.get(match_run_id)
        await uow.match_runs.save(discard_run(run, clock.now()))
        await uow.proposal_batches.discard(match_run_id)
        await uow.snapshots.discard(match_run_id)
        return await uow.answer(match_run_id)
