"""Contest what a run or a proposal did about oneself; answer it."""

from datetime import datetime

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.matching.domain.contest import Contest, ContestStatus, MatchedInRunError, Outcome, resolve
from services.matching.domain.match_run import MatchRunNotFoundError, RunStatus
from services.matching.domain.proposal import OPEN, withdraw
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.ports import UnitOfWork
from services.matching.use_cases.proposals import offered_to, take_back


async def contest_proposal(
    uow: UnitOfWork, caller: Principal, proposal_id: str, reason: str, ids: Ids, clock: Clock
) -> Answer:
    """Say what is wrong with a proposal that one was offered."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        proposal = await offered_to(uow, person_id, proposal_id)
        contest = _contest(ids, proposal.program_id, person_id, reason, now, proposal_id=proposal_id)
        return await _add(uow, contest)


async def contest_run(
    uow: UnitOfWork, caller: Principal, match_run_id: str, reason: str, ids: Ids, clock: Clock
) -> Answer:
    """Say what is wrong with a published run that found nobody for oneself."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        run = await uow.match_runs.get(match_run_id)
        part = await uow.participations.find(run.program_id, person_id)
        if run.status is not RunStatus.PUBLISHED or part is None:
            raise MatchRunNotFoundError
        if await uow.contests.is_matched(match_run_id, person_id):
            raise MatchedInRunError("Contest the proposal that you were offered.")
        return await _add(uow, _contest(ids, run.program_id, person_id, reason, now, match_run_id=match_run_id))


async def resolve_contest(
    uow: UnitOfWork, caller: Principal, contest_id: str, outcome: Outcome, answer: str, clock: Clock
) -> Answer:
    """Answer a contest; where it is right, a proposal that is still open is withdrawn."""
    require_coordinator(caller)
    now = clock.now()
    async with uow:
        contest = resolve(await uow.contests.get(contest_id), outcome, answer, now)
        await uow.contests.save(contest)
        if contest.status is ContestStatus.UPHELD and contest.proposal_id is not None:
            proposal = await uow.proposals.get(contest.proposal_id)
            if proposal.status in OPEN:
                await take_back(uow, withdraw(proposal), now)
        return await uow.answer(contest_id)


async def _add(uow: UnitOfWork, contest: Contest) -> Answer:
    await uow.contests.add(contest)
    return await uow.answer(contest.id, status=201, location=f"/v1/contests/{contest.id}")


def _contest(
    ids: Ids,
    program_id: str,
    person_id: str,
    reason: str,
    now: datetime,
    *,
    proposal_id: str | None = None,
    match_run_id: str | None = None,
) -> Contest:
    return Contest(
        id=ids.new("con"),
        program_id=program_id,
        proposal_id=proposal_id,
        match_run_id=match_run_id,
        person_id=person_id,
        reason=reason,
        status=ContestStatus.OPEN,
        answer=None,
        version=1,
        created_at=now,
        updated_at=now,
    )
