from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from services.sessions.domain.agreement import AgreementNotFoundError
from services.sessions.domain.engagement import EngagementNotFoundError, Outcome, Status
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, a_meeting, active, formed
from services.sessions.tests.storage.conftest import Home


async def test_an_engagement_comes_back_as_it_was_stored(home: Home) -> None:
    engagement, _ = formed()
    async with home() as db:
        await db.engagements.add(engagement)
    async with home() as db:
        stored = await db.engagements.get(engagement.id)
    assert set(stored.participants) == set(engagement.participants)
    assert replace(stored, participants=engagement.participants) == engagement


async def test_an_engagement_is_not_there_elsewhere(home: Home, elsewhere: Home) -> None:
    engagement, _ = formed()
    async with home() as db:
        await db.engagements.add(engagement)
    async with elsewhere() as db:
        with pytest.raises(EngagementNotFoundError):
            await db.engagements.get(engagement.id)


async def test_both_organizations_may_have_the_same_ids(home: Home, elsewhere: Home) -> None:
    for organization in (home, elsewhere):
        async with organization() as db:
            await db.engagements.add(active())
    async with home() as db:
        await db.engagements.save(active().end(Outcome.COMPLETED, JUNIOR, "done", NOW))
    async with home() as db:
        stored = await db.engagements.get(active().id)
    assert (stored.status, stored.ended_by, stored.end_reason) == (Status.COMPLETED, JUNIOR, "done")
    async with elsewhere() as db:
        assert (await db.engagements.get(active().id)).status is Status.ACTIVE


async def test_a_proposal_is_taken_up_once(home: Home, elsewhere: Home) -> None:
    engagement, _ = formed()
    async with home() as db:
        assert not await db.engagements.knows_proposal(engagement.proposal_id)
        await db.engagements.add(engagement)
        assert await db.engagements.knows_proposal(engagement.proposal_id)
    with pytest.raises(IntegrityError):
        async with home() as db:
            await db.engagements.add(replace(engagement, id="eng_second"))
    async with elsewhere() as db:
        assert not await db.engagements.knows_proposal(engagement.proposal_id)


async def test_a_persons_open_engagements_are_found(home: Home, elsewhere: Home) -> None:
    over = active().end(Outcome.COMPLETED, JUNIOR, None, NOW)
    async with home() as db:
        await db.engagements.add(active())
        await db.engagements.add(replace(over, id="eng_over", proposal_id="pro_over", tracks=()))
    async with home() as db:
        assert [found.id for found in await db.engagements.list_open_of(EXECUTIVE)] == [active().id]
        assert await db.engagements.list_open_of("per_stranger") == []
    async with elsewhere() as db:
        assert await db.engagements.list_open_of(EXECUTIVE) == []


async def test_those_that_form_for_long_are_found(home: Home, elsewhere: Home) -> None:
    engagement, _ = formed()
    async with home() as db:
        await db.engagements.add(engagement)
        await db.engagements.add(replace(active(), id="eng_active", proposal_id="pro_active", tracks=()))
    async with home() as db:
        assert [found.id for found in await db.engagements.list_forming_since(NOW)] == [engagement.id]
        assert await db.engagements.list_forming_since(NOW - timedelta(seconds=1)) == []
    async with elsewhere() as db:
        assert await db.engagements.list_forming_since(NOW) == []


async def test_what_belongs_to_it_leads_to_it(home: Home, elsewhere: Home) -> None:
    engagement, agreement = formed()
    meeting = a_meeting(active())
    async with home() as db:
        await db.engagements.add(engagement)
        await db.agreements.add(agreement)
        await db.mentoring_sessions.add(meeting)
    async with home() as db:
        assert (await db.engagements.get_of_agreement(agreement.id)).id == engagement.id
        assert (await db.engagements.get_of_mentoring_session(meeting.id)).id == engagement.id
    async with elsewhere() as db:
        with pytest.raises(AgreementNotFoundError):
            await db.engagements.get_of_agreement(agreement.id)
        with pytest.raises(MentoringSessionNotFoundError):
            await db.engagements.get_of_mentoring_session(meeting.id)
