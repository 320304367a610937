"""What a request does when somebody cannot be asked, takes a place, goes, or does the same at the same moment."""

import asyncio

import pytest

from kit.testing.api import ok, problem
from services.matching.tests.asking import asking
from services.matching.tests.background import work
from services.matching.tests.bodies import LEARNS_PYTHON
from services.matching.tests.conftest import Organization


async def test_a_withdrawn_request_asks_nobody_any_more(organization: Organization) -> None:
    there = await asking(organization, 2)
    request = await there.ask()
    path = f"/v1/requests/{request['id']}:withdraw"
    assert ok(await there.caller.post(path))["status"] == "withdrawn"
    assert (await there.offered(0))[0]["status"] == "closed"
    await work(organization, days=20)
    assert await there.offered(1) == []
    problem(await there.caller.post(path), 409, "request-closed")


@pytest.mark.parametrize("why", ["excluded", "away", "full", "gone", "said no before"])
async def test_who_cannot_be_asked_is_passed_over_and_it_looks_like_silence(
    organization: Organization, why: str
) -> None:
    there = await asking(organization, 2)
    first = there.teachers[0]
    if why == "excluded":
        (part,) = ok(await there.teacher(0).get(f"/v1/programs/{there.program['id']}/participations"))["items"]
        said = {"teachers": [], "learners": [], "excluded": [there.learner["id"]]}
        ok(await there.teacher(0).change("PUT", f"/v1/participations/{part['id']}/choices", said, version=0))
    if why == "away":
        await organization.hear_of_people({**first, "paused_until": "2999-01-01", "version": 2})
    if why == "full":
        await organization.hear_of_people({**first, "teaching_capacity": 0, "version": 2})
    if why == "said no before":
        await there.ask(choices=[first["id"]])
        await there.say(0, "decline")
        await work(organization, days=8)
    alone = await there.ask(choices=[first["id"]], answer_within_days=1)
    if why == "gone":
        await organization.hear_of_people({**first, "active": False, "version": 2}, type_="person.deactivated")
        await work(organization)
    assert await there.status(alone) == "open"
    assert len(await there.offered(0)) == (1 if why in {"said no before", "gone"} else 0)
    await work(organization, days=1, minutes=1)
    assert await there.status(alone) == "expired"
    if why != "gone":
        both = await there.ask()
        assert len(await there.offered(1)) == 1
        assert await there.status(both) == "open"


async def test_somebody_who_is_full_in_the_meantime_is_passed_over_at_once(organization: Organization) -> None:
    there = await asking(organization, 2)
    request = await there.ask()
    other = await organization.person(**LEARNS_PYTHON)
    elsewhere = await organization.propose(await organization.program(), there.teachers[0], other)
    path = f"/v1/proposals/{elsewhere['id']}:accept"
    ok(await there.teacher(0).post(path))
    ok(await organization.caller(other["id"]).post(path))
    await work(organization)
    assert (await there.offered(1))[0]["status"] == "partly_accepted"
    assert await there.status(request) == "open"


async def test_whoever_has_no_place_left_asks_no_more_in_any_of_their_requests(organization: Organization) -> None:
    there = await asking(organization, 3)
    asked = [await there.ask(choices=[teacher["id"]]) for teacher in there.teachers]
    await there.say(2, "decline")
    await there.say(0, "accept")
    await work(organization)
    assert [await there.status(request) for request in asked] == ["accepted", "closed", "closed"]
    assert (await there.offered(1))[0]["status"] == "closed"


async def test_two_who_accept_at_once_for_the_last_place_give_one_engagement(organization: Organization) -> None:
    there = await asking(organization, 3)
    asked = [await there.ask(choices=[teacher["id"]]) for teacher in there.teachers]
    proposals = [(await there.offered(number))[0]["id"] for number in range(3)]
    answers = await asyncio.gather(
        *(there.teacher(number).post(f"/v1/proposals/{one}:accept") for number, one in enumerate(proposals))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert sorted([await there.status(request) for request in asked]) == ["accepted", "closed", "closed"]
    assert len(await organization.events("proposal.accepted")) == 1


async def test_accepting_and_withdrawing_at_once_ends_in_one_of_both(organization: Organization) -> None:
    for _ in range(4):
        there = await asking(organization)
        request = await there.ask()
        (proposal,) = await there.offered(0)
        accepted, withdrawn = await asyncio.gather(
            there.teacher(0).post(f"/v1/proposals/{proposal['id']}:accept"),
            there.caller.post(f"/v1/requests/{request['id']}:withdraw"),
        )
        assert sorted([accepted.status_code, withdrawn.status_code]) == [200, 409]
        won = "accepted" if accepted.status_code == 200 else "withdrawn"
        assert await there.status(request) == won


async def test_moving_on_twice_asks_nobody_twice(organization: Organization) -> None:
    there = await asking(organization, 3)
    await there.ask()
    proposal = (await there.offered(0))[0]["id"]
    await asyncio.gather(*(there.teacher(0).post(f"/v1/proposals/{proposal}:decline") for _ in range(3)))
    await asyncio.gather(*(work(organization) for _ in range(3)))
    assert [len(await there.offered(number)) for number in range(3)] == [1, 1, 0]


@pytest.mark.parametrize("how", ["leaves the program", "leaves the organization", "the program closes"])
async def test_whoever_goes_asks_no_more(organization: Organization, how: str) -> None:
    there = await asking(organization, 2)
    request, exhausted = await there.ask(), await there.ask(choices=[there.teachers[1]["id"]])
    await there.say(1, "decline")
    await work(organization)
    if how == "leaves the program":
        (part,) = ok(await there.caller.get(f"/v1/programs/{there.program['id']}/participations"))["items"]
        await there.caller.change("DELETE", f"/v1/participations/{part['id']}", version=1)
    elif how == "leaves the organization":
        await organization.hear_of_people({**there.learner, "active": False}, type_="person.deactivated")
    else:
        ok(await organization.coordinator.post(f"/v1/programs/{there.program['id']}:close"))
    assert await there.status(request) == "closed"
    assert await there.status(exhausted) == "closed"
    assert (await there.offered(0))[0]["status"] == "closed"
    await work(organization, days=20)
    assert len(await there.offered(1)) == 1


async def test_who_is_asked_and_leaves_the_program_is_passed_over(organization: Organization) -> None:
    there = await asking(organization, 2)
    request = await there.ask()
    (part,) = ok(await there.teacher(0).get(f"/v1/programs/{there.program['id']}/participations"))["items"]
    await there.teacher(0).change("DELETE", f"/v1/participations/{part['id']}", version=1)
    await work(organization)
    assert (await there.offered(1))[0]["status"] == "partly_accepted"
    assert await there.status(request) == "open"


async def test_a_coordinator_who_takes_a_request_s_proposal_back_lets_it_go_on(organization: Organization) -> None:
    there = await asking(organization, 2)
    await there.ask()
    (proposal,) = await there.offered(0)
    ok(await organization.coordinator.post(f"/v1/proposals/{proposal['id']}:withdraw"))
    await work(organization)
    assert (await there.offered(0))[0]["status"] == "closed"
    assert len(await there.offered(1)) == 1


async def test_an_open_request_keeps_nobody_out_of_a_run_but_whom_it_asks(organization: Organization) -> None:
    there = await asking(organization, 2)
    await there.ask(choices=[there.teachers[0]["id"]])
    items = await organization.publish(await organization.run(there.program))
    (pair,) = [sorted(one["person_id"] for one in item["participants"]) for item in items]
    assert pair == sorted([there.learner["id"], there.teachers[1]["id"]])
