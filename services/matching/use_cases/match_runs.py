"""Ask for a match run, cancel it, offer or discard what it found."""

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.matching.domain.engine.instance import ENGINE_VERSION
from services.matching.domain.entry import still_possible
from services.matching.domain.match_run import cancel_run, discard_run, publish_run, queue_run
from services.matching.domain.proposal import OFFERED_FOR
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.entrants import list_entrants
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, RUN_MATCH, UnitOfWork

_SECONDS_TO_WAIT = 1
_LARGEST_SEED = 2**31 - 1


async def create(
    uow: UnitOfWork, caller: Principal, program_id: str, seed: int | None, ids: Ids, clock: Clock
) -> Answer:
    """Ask a worker for a run of an open program; without a seed it gets one of its own, and says which."""
    require_coordinator(caller)
    run_id = ids.new("run")
    if seed is None:
        seed = int(run_id[-8:], 16) & _LARGEST_SEED
    async with uow:
        (await uow.programs.get(program_id)).require_open()
        await uow.match_runs.add(queue_run(run_id, program_id, seed, ENGINE_VERSION, clock.now()))
        await uow.jobs.enqueue(RUN_MATCH, {"match_run_id": run_id})
        location = f"/v1/match-runs/{run_id}"
        return await uow.answer(run_id, status=202, location=location, retry_after=_SECONDS_TO_WAIT)


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
        run = await uow.match_runs.get(match_run_id)
        program = await uow.programs.get(run.program_id)
        program.require_open()
        await uow.match_runs.save(publish_run(run, now))
        planned = await uow.proposal_batches.list_planned(match_run_id)
        apart = frozenset(await uow.entrants.apart(program.id))
        entrants = await list_entrants(uow, program, now, with_profiles=False)
        possible = still_possible(planned, entrants, apart)
        await uow.proposal_batches.offer(match_run_id, possible, now, now + OFFERED_FOR)
        await uow.jobs.enqueue(EXPIRE_PROPOSALS, {}, after=OFFERED_FOR)
        return await uow.answer(match_run_id)


async def discard(uow: UnitOfWork, caller: Principal, match_run_id: str, clock: Clock) -> Answer:
    """Forget what the run found."""
    require_coordinator(caller)
    async with uow:
        run = await uow.match_runs.get(match_run_id)
        await uow.match_runs.save(discard_run(run, clock.now()))
        await uow.proposal_batches.discard(match_run_id)
        return await uow.answer(match_run_id)
