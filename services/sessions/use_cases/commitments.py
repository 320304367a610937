"""Make commitments, and say what came of them."""

from dataclasses import dataclass
from datetime import date

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.sessions.domain.commitment import Application, Commitment, CommitmentNotFoundError, commit
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Intention:
    """What will be used, when and where."""

    what: str
    when_on: date
    where: str


async def create(
    uow: UnitOfWork, caller: Principal, mentoring_session_id: str, intention: Intention, ids: Ids, clock: Clock
) -> Answer:
    """Close a held meeting with a commitment of the caller's own."""
    async with uow:
        engagement = await uow.engagements.get_of_mentoring_session(mentoring_session_id)
        owner_id = require_part(engagement, caller, MentoringSessionNotFoundError)
        commitment = commit(
            commitment_id=ids.new("com"),
            engagement=engagement,
            mentoring_session=await uow.mentoring_sessions.get(mentoring_session_id),
            owner_id=owner_id,
            what=intention.what,
            when_on=intention.when_on,
            where=intention.where,
            now=clock.now(),
        )
        await uow.commitments.add(commitment)
        return await uow.answer(commitment.id, status=201, location=f"/v1/commitments/{commitment.id}")


async def apply(
    uow: UnitOfWork, caller: Principal, commitment_id: str, application: Application, clock: Clock
) -> Answer:
    """Record the use at work."""
    async with uow:
        commitment = await _visible(uow, caller, commitment_id)
        await uow.commitments.save(commitment.apply(caller.person_id, application, clock.now()))
        return await uow.answer(commitment_id)


async def leave_unused(uow: UnitOfWork, caller: Principal, commitment_id: str, why: str, clock: Clock) -> Answer:
    """Record that it was not used, and why."""
    async with uow:
        commitment = await _visible(uow, caller, commitment_id)
        await uow.commitments.save(commitment.leave_unused(caller.person_id, why, clock.now()))
        return await uow.answer(commitment_id)


async def _visible(uow: UnitOfWork, caller: Principal, commitment_id: str) -> Commitment:
    commitment = await uow.commitments.get(commitment_id)
    engagement = await uow.engagements.get(commitment.engagement_id)
    if caller.person_id not in engagement.person_ids:
        raise CommitmentNotFoundError
    return commitment
