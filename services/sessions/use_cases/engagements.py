"""Pause, resume and end engagements."""

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from services.sessions.domain.engagement import Outcome
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.endings import settle
from services.sessions.use_cases.ports import UnitOfWork


async def pause(uow: UnitOfWork, caller: Principal, engagement_id: str, clock: Clock) -> Answer:
    """Put an engagement on hold."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        require_part(engagement, caller)
        await uow.engagements.save(engagement.pause(clock.now()))
        return await uow.answer(engagement_id)


async def resume(uow: UnitOfWork, caller: Principal, engagement_id: str, clock: Clock) -> Answer:
    """Go on after a pause."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        require_part(engagement, caller)
        await uow.engagements.save(engagement.resume(clock.now()))
        return await uow.answer(engagement_id)


async def end(
    uow: UnitOfWork, caller: Principal, engagement_id: str, outcome: Outcome, reason: str | None, clock: Clock
) -> Answer:
    """End an engagement; nobody but the caller ever reads the reason."""
    now = clock.now()
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        person_id = require_part(engagement, caller)
        await settle(uow, engagement.end(outcome, person_id, reason, now), now)
        return await uow.answer(engagement_id)
