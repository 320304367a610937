"""Invariants 2 and 4: places are person-wide, the last one goes to one acceptance, and they come back."""

import asyncio
from datetime import timedelta
from typing import Any

from kit.clock import SystemClock
from kit.jobs import Job
from kit.testing.api import ok, problem
from kit.testing.clock import FixedClock
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization
from services.matching.use_cases.proposals import ExpireProposals


async def offers(organization: Organization, number: int, **teacher_facts: Any) -> tuple[Any, list[Any]]:
    """One teacher, offered to several learners in several programs; each learner has accepted."""
    teacher = await organization.person(**TEACHES_PYTHON, **teacher_facts)
    proposals = []
    for _ in range(number):
        learner = await organization.person(**LEARNS_PYTHON)
        proposal = await organization.propose(await organization.program(), teacher, learner)
        path = f"/v1/proposals/{proposal['id']}"
        ok(await organization.caller(learner["id"]).post(f"{path}:accept"))
        proposals.append({**proposal, "path": path, "learner": organization.caller(learner["id"])})
    return organization.caller(teacher["id"]), proposals


async def test_two_accepts_for_the_last_place_give_one_engagement(organization: Organization) -> None:
    teacher, proposals = await offers(organization, 6)
    # Connections that are open already let the accepts meet inside the database.
    await asyncio.gather(*(teacher.get(one["path"]) for one in proposals * 3))
    answers = await asyncio.gather(*(teacher.post(f"{one['path']}:accept") for one in proposals))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert len(await organization.events("proposal.accepted")) == 1
    statuses = sorted([ok(await one["learner"].get(one["path"]))["status"] for one in proposals])
    assert statuses == ["accepted", "closed", "closed", "closed", "closed", "closed"]


async def test_places_are_counted_by_one_transaction_at_a_time(organization: Organization) -> None:
    teacher, (proposal,) = await offers(organization, 1)
    async with organization.wiring.background_work(organization.id) as other:
        await other.people.lock([proposal["tracks"][0]["teacher_id"]])
        accepting = asyncio.create_task(teacher.post(f"{proposal['path']}:accept"))
        await asyncio.sleep(0.3)
        assert not accepting.done()
    assert ok(await accepting)["status"] == "accepted"


async def test_an_acceptance_takes_proposals_in_the_order_that_everybody_does(organization: Organization) -> None:
    teacher, (first, second) = await offers(organization, 2)
    async with organization.wiring.background_work(organization.id) as other:
        await other.proposals.get(first["id"])
        accepting = asyncio.create_task(teacher.post(f"{second['path']}:accept"))
        await asyncio.sleep(0.3)
        await other.proposals.get(second["id"])
    assert ok(await accepting)["status"] == "accepted"


async def test_accepts_of_both_sides_at_once_complete_once(organization: Organization) -> None:
    for _ in range(5):
        teacher, (proposal,) = await offers(organization, 1)
        answers = await asyncio.gather(
            *(caller.post(f"{proposal['path']}:accept") for caller in (teacher, proposal["learner"]) * 2)
        )
        assert {answer.status_code for answer in answers} == {200}
    assert len(await organization.events("proposal.accepted")) == 5


async def test_people_in_a_ring_of_proposals_do_not_wait_for_each_other_for_ever(organization: Organization) -> None:
    facts = {**TEACHES_PYTHON, **LEARNS_PYTHON}
    people = [await organization.person(**facts) for _ in range(4)]
    program = await organization.program()
    ring = [await organization.propose(program, people[number], people[(number + 1) % 4]) for number in range(4)]
    calls = [
        organization.caller(part["person_id"]).post(f"/v1/proposals/{proposal['id']}:accept")
        for proposal in ring
        for part in proposal["participants"]
    ]
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(await organization.events("proposal.accepted")) == 4


async def test_a_teacher_with_two_places_takes_two(organization: Organization) -> None:
    teacher, proposals = await offers(organization, 3, teaching_capacity=2)
    for proposal in proposals[:2]:
        ok(await teacher.post(f"{proposal['path']}:accept"))
    assert ok(await teacher.get(proposals[2]["path"]))["status"] == "closed"
    problem(await teacher.post(f"{proposals[2]['path']}:accept"), 409, "proposal-closed")


async def test_no_place_means_no_engagement_and_nothing_half_done(organization: Organization) -> None:
    teacher, (proposal,) = await offers(organization, 1, teaching_capacity=0)
    problem(await teacher.post(f"{proposal['path']}:accept"), 409, "no-place-left")
    seen = ok(await teacher.get(proposal["path"]))
    assert seen["status"] == "partly_accepted"
    assert await organization.events("proposal.accepted") == []


async def test_the_places_of_the_other_role_stay_open(organization: Organization) -> None:
    person = await organization.person(**TEACHES_PYTHON, **LEARNS_PYTHON)
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    teaching = await organization.propose(program, person, learner)
    learning = await organization.propose(program, teacher, person)
    for who in (person, learner):
        ok(await organization.caller(who["id"]).post(f"/v1/proposals/{teaching['id']}:accept"))
    still = ok(await organization.caller(person["id"]).get(f"/v1/proposals/{learning['id']}"))
    assert still["status"] == "offered"


async def test_an_engagement_that_ends_gives_its_places_back(organization: Organization) -> None:
    teacher, (first, second) = await offers(organization, 2, teaching_capacity=1)
    ok(await teacher.post(f"{first['path']}:accept"))
    teacher_id, learner_id = (second["tracks"][0][key] for key in ("teacher_id", "learner_id"))
    again = await organization.propose(
        await organization.program(), {"id": teacher_id, **TEACHES_PYTHON}, {"id": learner_id}
    )
    path = f"/v1/proposals/{again['id']}"
    ok(await second["learner"].post(f"{path}:accept"))
    problem(await teacher.post(f"{path}:accept"), 409, "no-place-left")
    await organization.hear_of_the_end(first["id"])
    await organization.hear_of_the_end(first["id"])
    assert ok(await teacher.post(f"{path}:accept"))["status"] == "accepted"


async def test_another_organizations_end_frees_no_place(
    organization: Organization, other_organization: Organization
) -> None:
    teacher, (first,) = await offers(organization, 1)
    ok(await teacher.post(f"{first['path']}:accept"))
    await other_organization.hear_of_the_end(first["id"])
    program = await organization.program()
    person = {"id": first["tracks"][0]["teacher_id"], **TEACHES_PYTHON}
    learner = await organization.person(**LEARNS_PYTHON)
    path = f"/v1/proposals/{(await organization.propose(program, person, learner))['id']}:accept"
    ok(await organization.caller(learner["id"]).post(path))
    problem(await teacher.post(path), 409, "no-place-left")


async def test_who_is_deactivated_has_nothing_open_any_more(organization: Organization) -> None:
    teacher = await organization.person(**TEACHES_PYTHON)
    learner = await organization.person(**LEARNS_PYTHON)
    proposal = await organization.propose(await organization.program(), teacher, learner)
    await organization.hear_of_people({**teacher, "active": False}, type_="person.deactivated")
    seen = ok(await organization.caller(learner["id"]).get(f"/v1/proposals/{proposal['id']}"))
    assert seen["status"] == "closed"
    await organization.hear_of_people(teacher, type_="person.reactivated")
    seen = ok(await organization.caller(learner["id"]).get(f"/v1/proposals/{proposal['id']}"))
    assert seen["status"] == "closed"


async def test_what_nobody_answers_expires(organization: Organization, other_organization: Organization) -> None:
    later = FixedClock(SystemClock().now() + timedelta(days=14, minutes=1))
    _, (ours,) = await offers(organization, 1)
    _, (theirs,) = await offers(other_organization, 1)
    sooner = ExpireProposals(organization.wiring.background_work, SystemClock())
    await sooner.run(Job("expire-proposals", organization.id, {}, 1))
    assert ok(await ours["learner"].get(ours["path"]))["status"] == "partly_accepted"
    await ExpireProposals(organization.wiring.background_work, later).run(
        Job("expire-proposals", organization.id, {}, 1)
    )
    assert ok(await ours["learner"].get(ours["path"]))["status"] == "expired"
    assert ok(await theirs["learner"].get(theirs["path"]))["status"] == "partly_accepted"
    problem(await ours["learner"].post(f"{ours['path']}:accept"), 409, "proposal-closed")
