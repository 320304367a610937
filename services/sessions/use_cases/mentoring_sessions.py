"""Schedule, move, record and call off meetings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.sessions.domain import mentoring_session as rules
from services.sessions.domain.engagement import Engagement
from services.sessions.domain.mentoring_session import MentoringSession, MentoringSessionNotFoundError, Plan
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.ports import UnitOfWork


async def schedule(
    uow: UnitOfWork, caller: Principal, engagement_id: str, plan: Plan, ids: Ids, clock: Clock
) -> Answer:
    """Plan a meeting."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        person_id = require_part(engagement, caller)
        meeting = rules.schedule(
            mentoring_session_id=ids.new("mts"), engagement=engagement, plan=plan, by=person_id, now=clock.now()
        )
        await uow.mentoring_sessions.add(meeting)
        return await uow.answer(meeting.id, status=201, location=f"/v1/mentoring-sessions/{meeting.id}")


async def reschedule(
    uow: UnitOfWork, caller: Principal, mentoring_session_id: str, changes: dict[str, Any], seen: int, clock: Clock
) -> Answer:
    """Change the plan of a meeting; `changes` names the fields that were sent."""
    async with uow:
        engagement, meeting = await _own(uow, caller, mentoring_session_id)
        check_version(seen, meeting.version)
        plan = replace(meeting.plan, **changes)
        await uow.mentoring_sessions.save(meeting.reschedule(engagement, plan, clock.now()))
        return await uow.answer(mentoring_session_id)


async def hold(
    uow: UnitOfWork, caller: Principal, mentoring_session_id: str, attended: Sequence[str], clock: Clock
) -> Answer:
    """Record that people met."""
    async with uow:
        engagement, meeting = await _own(uow, caller, mentoring_session_id)
        await uow.mentoring_sessions.save(meeting.hold(engagement, attended, clock.now()))
        return await uow.answer(mentoring_session_id)


async def miss(
    uow: UnitOfWork, caller: Principal, mentoring_session_id: str, absent: Sequence[str], clock: Clock
) -> Answer:
    """Record that people did not come."""
    async with uow:
        engagement, meeting = await _own(uow, caller, mentoring_session_id)
        await uow.mentoring_sessions.save(meeting.miss(engagement, absent, clock.now()))
        return await uow.answer(mentoring_session_id)


async def cancel(uow: UnitOfWork, caller: Principal, mentoring_session_id: str, clock: Clock) -> Answer:
    """Call a meeting off."""
    async with uow:
        _, meeting = await _own(uow, caller, mentoring_session_id)
        await uow.mentoring_sessions.save(meeting.cancel(clock.now()))
        return await uow.answer(mentoring_session_id)


async def _own(uow: UnitOfWork, caller: Principal, mentoring_session_id: str) -> tuple[Engagement, MentoringSession]:
    engagement = await uow.engagements.get_of_mentoring_session(mentoring_session_id)
    require_part(engagement, caller, MentoringSessionNotFoundError)
    return engagement, await uow.mentoring_sessions.get(mentoring_session_id)
