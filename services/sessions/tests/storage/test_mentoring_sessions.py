from datetime import timedelta

import pytest

from services.sessions.domain.mentoring_session import MentoringSession, MentoringSessionNotFoundError
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, a_meeting, active
from services.sessions.tests.storage.conftest import Home


async def stored_meeting(home: Home) -> MentoringSession:
    meeting = a_meeting(active())
    async with home() as db:
        await db.engagements.add(active())
        await db.mentoring_sessions.add(meeting)
    return meeting


async def test_a_meeting_comes_back_as_it_was_stored(home: Home) -> None:
    meeting = await stored_meeting(home)
    held = meeting.hold(active(), [JUNIOR, EXECUTIVE], NOW + timedelta(days=2))
    async with home() as db:
        assert await db.mentoring_sessions.get(meeting.id) == meeting
        await db.mentoring_sessions.save(held)
    async with home() as db:
        assert await db.mentoring_sessions.get(meeting.id) == held


async def test_a_meeting_is_not_there_elsewhere(home: Home, elsewhere: Home) -> None:
    meeting = await stored_meeting(home)
    async with elsewhere() as db:
        with pytest.raises(MentoringSessionNotFoundError):
            await db.mentoring_sessions.get(meeting.id)


async def test_a_change_stays_in_its_organization(home: Home, elsewhere: Home) -> None:
    meeting = await stored_meeting(home)
    await stored_meeting(elsewhere)
    async with home() as db:
        await db.mentoring_sessions.save(meeting.cancel(NOW))
    async with elsewhere() as db:
        assert await db.mentoring_sessions.get(meeting.id) == meeting


async def test_what_is_still_to_come_is_found(home: Home, elsewhere: Home) -> None:
    meeting = await stored_meeting(home)
    async with home() as db:
        coming = db.mentoring_sessions.list_scheduled_after
        assert await coming(meeting.engagement_id, NOW) == [meeting]
        assert await coming(meeting.engagement_id, meeting.plan.starts_at) == []
        await db.mentoring_sessions.save(meeting.cancel(NOW))
        assert await coming(meeting.engagement_id, NOW) == []
    await stored_meeting(elsewhere)
    async with home() as db:
        assert await db.mentoring_sessions.list_scheduled_after(meeting.engagement_id, NOW) == []
