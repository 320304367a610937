"""Requests and contests, and their twins: the same question in another organization finds and changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.matching.domain.capacity import Seat
from services.matching.domain.contest import Contest, ContestNotFoundError, ContestStatus
from services.matching.domain.kinds import Role
from services.matching.domain.participation import Participation
from services.matching.domain.program import create_program
from services.matching.domain.request import Aim, Request, RequestNotFoundError, RequestStatus
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON, told_person
from services.matching.tests.conftest import Organization, ids
from services.matching.tests.unit.test_program import COMPLETE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROGRAM, LEARNER, TEACHER = ids.new("prg"), ids.new("per"), ids.new("per")


def a_request() -> Request:
    return Request(
        id=ids.new("req"),
        program_id=PROGRAM,
        person_id=LEARNER,
        aim=Aim.LEARN,
        roles=frozenset({Role.LEARNER}),
        choices=(TEACHER,),
        competency_id=None,
        message="Could you show me?",
        discreet=True,
        answer_within_days=7,
        status=RequestStatus.OPEN,
        tried=0,
        expires_at=NOW + timedelta(days=7),
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def a_contest() -> Contest:
    return Contest(
        id=ids.new("con"),
        program_id=PROGRAM,
        proposal_id=None,
        match_run_id=None,
        person_id=LEARNER,
        reason="No.",
        status=ContestStatus.OPEN,
        answer=None,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def work(organization: Organization) -> MatchingUnitOfWork:
    return organization.wiring.background_work(organization.id)


async def prepared(organization: Organization, request: Request) -> None:
    """A program with both people in it, and the request; the same ids in every organization."""
    await organization.hear_of_people(told_person(LEARNER, **LEARNS_PYTHON), told_person(TEACHER, **TEACHES_PYTHON))
    async with work(organization) as uow:
        await uow.programs.add(create_program(PROGRAM, COMPLETE, NOW))
        for person_id, role in ((LEARNER, Role.LEARNER), (TEACHER, Role.TEACHER)):
            part = Participation(ids.new("par"), PROGRAM, person_id, frozenset({role}), None, 1, NOW, NOW)
            await uow.participations.add(part)
        await uow.requests.add(request)


async def test_requests_come_back_as_stored(organization: Organization, other_organization: Organization) -> None:
    request = a_request()
    await prepared(organization, request)
    async with work(organization) as uow:
        assert await uow.requests.get(request.id) == request
        assert await uow.requests.program_of(request.id) == PROGRAM
        assert await uow.requests.count_open(PROGRAM, LEARNER) == 1
        assert await uow.requests.may_be_asked(request, TEACHER, NOW)
    async with work(other_organization) as uow:
        for asking in (uow.requests.get, uow.requests.program_of):
            with pytest.raises(RequestNotFoundError):
                await asking(request.id)
        assert await uow.requests.count_open(PROGRAM, LEARNER) == 0
        assert not await uow.requests.may_be_asked(request, TEACHER, NOW)
        await uow.requests.save(replace(request, status=RequestStatus.WITHDRAWN))
    async with work(organization) as uow:
        assert (await uow.requests.get(request.id)).status is RequestStatus.OPEN


@pytest.mark.parametrize(
    ("ending", "arguments"),
    [
        ("close_of_people", ([LEARNER],)),
        ("close_of_program", (PROGRAM,)),
        ("close_of_participant", (PROGRAM, LEARNER)),
        ("close_of_full", ([Seat(LEARNER, Role.LEARNER)],)),
        ("expire", ()),
    ],
)
async def test_what_ends_requests_ends_those_of_the_organization(
    organization: Organization, other_organization: Organization, ending: str, arguments: tuple[object, ...]
) -> None:
    ours, theirs = a_request(), a_request()
    await prepared(organization, ours)
    await prepared(other_organization, theirs)
    late = NOW + timedelta(days=7)
    async with work(organization) as uow:
        await uow.requests.hold_open([LEARNER])
        await getattr(uow.requests, ending)(*arguments, late)
        ended = await uow.requests.get(ours.id)
        assert ended.status is (RequestStatus.EXPIRED if ending == "expire" else RequestStatus.CLOSED)
        assert (ended.version, ended.updated_at) == (2, late)
    async with work(other_organization) as uow:
        assert await uow.requests.get(theirs.id) == theirs


async def test_the_places_of_the_other_role_close_no_request(organization: Organization) -> None:
    request = a_request()
    await prepared(organization, request)
    async with work(organization) as uow:
        await uow.requests.close_of_full([Seat(LEARNER, Role.TEACHER), Seat(TEACHER, Role.LEARNER)], NOW)
        assert await uow.requests.get(request.id) == request


async def test_contests_come_back_as_stored(organization: Organization, other_organization: Organization) -> None:
    contest = a_contest()
    await prepared(organization, a_request())
    async with work(organization) as uow:
        await uow.contests.add(contest)
        assert await uow.contests.get(contest.id) == contest
    async with work(other_organization) as uow:
        with pytest.raises(ContestNotFoundError):
            await uow.contests.get(contest.id)
        await uow.contests.save(replace(contest, status=ContestStatus.UPHELD, version=2))
    async with work(organization) as uow:
        assert await uow.contests.get(contest.id) == contest
