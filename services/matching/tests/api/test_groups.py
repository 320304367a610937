"""Groups come about with a quorum, rings with everybody or not at all."""

import asyncio
from typing import Any

from sqlalchemy import text

from kit.testing.api import Caller, ok, problem
from services.matching.tests.background import work
from services.matching.tests.bodies import LEARNS_PYTHON, PYTHON, TEACHES_PYTHON, growth_area, strength
from services.matching.tests.conftest import Organization


class Group:
    """A teacher and learners who have been proposed to each other."""

    def __init__(self, organization: Organization, teacher: Any, learners: list[Any]) -> None:
        self.organization = organization
        self.people = [teacher, *learners]
        self.ids = [person["id"] for person in self.people]

    async def propose(self, program: Any) -> "Group":
        teacher, *learners = self.ids
        tracks = [{"teacher_id": teacher, "learner_id": one, "competency_id": PYTHON} for one in learners]
        path = f"/v1/programs/{program['id']}/proposals"
        self.proposal = ok(await self.organization.coordinator.post(path, {"tracks": tracks}), 201)
        self.path = f"/v1/proposals/{self.proposal['id']}"
        return self

    def caller(self, number: int) -> Caller:
        return self.organization.caller(self.ids[number])

    async def accept(self, *numbers: int) -> None:
        for number in numbers:
            ok(await self.caller(number).post(f"{self.path}:accept"))

    async def statuses(self) -> list[str]:
        return [ok(await self.caller(number).get(self.path))["status"] for number in range(len(self.ids))]

    async def accepted_with(self) -> list[list[int]]:
        """Who takes part in what came about, by number."""
        events = await self.organization.events("proposal.accepted")
        ours = [event["data"] for event in events if event["subject_id"] == self.proposal["id"]]
        for data in ours:
            there = {one["person_id"] for one in data["participants"]}
            assert {id_ for track in data["tracks"] for id_ in (track["teacher_id"], track["learner_id"])} == there
        return [sorted(self.ids.index(one["person_id"]) for one in data["participants"]) for data in ours]


async def a_group(organization: Organization, learners: int, minimum: int = 2, **teacher_facts: Any) -> Group:
    teacher = await organization.person(**TEACHES_PYTHON, **teacher_facts)
    program = await organization.program(format="group", group_size={"min": minimum, "max": 5})
    return await Group(
        organization, teacher, [await organization.person(**LEARNS_PYTHON) for _ in range(learners)]
    ).propose(program)


async def test_a_group_in_which_all_say_yes_comes_about_at_once(organization: Organization) -> None:
    group = await a_group(organization, 3)
    await group.accept(1, 2, 3)
    assert await group.statuses() == ["partly_accepted"] * 4
    await group.accept(0)
    assert await group.statuses() == ["accepted"] * 4
    assert await group.accepted_with() == [[0, 1, 2, 3]]


async def test_at_the_end_of_its_time_a_group_comes_about_with_those_who_said_yes(organization: Organization) -> None:
    group = await a_group(organization, 4)
    await group.accept(0, 1, 2)
    ok(await group.caller(3).post(f"{group.path}:decline"))
    await work(organization, days=13)
    assert await group.statuses() == ["partly_accepted"] * 3 + ["declined", "partly_accepted"]
    await work(organization, days=15)
    assert await group.statuses() == ["accepted"] * 3 + ["declined", "expired"]
    assert await group.accepted_with() == [[0, 1, 2]]
    silent = ok(await group.caller(4).get("/v1/proposals", status="expired"))["items"]
    assert [one["id"] for one in silent] == [group.proposal["id"]]
    problem(await group.caller(4).post(f"{group.path}:accept"), 409, "proposal-closed")
    again = ok(await group.caller(1).get(group.path))
    assert {one["person_id"]: one["decision"] for one in again["participants"]} == {
        id_: "accepted" if number < 3 else "pending" for number, id_ in enumerate(group.ids)
    }


async def test_who_was_silent_may_be_proposed_to_the_teacher_again_and_nobody_else(organization: Organization) -> None:
    group = await a_group(organization, 4)
    await group.accept(0, 1, 2)
    ok(await group.caller(3).post(f"{group.path}:decline"))
    await work(organization, days=15)
    async with organization.wiring.background_work(organization.id) as uow:
        apart = await uow.entrants.apart(group.proposal["program_id"])
    teacher = group.ids[0]
    assert sorted(apart) == sorted((min(teacher, one), max(teacher, one)) for one in group.ids[1:4])


async def test_places_are_taken_for_those_alone_who_take_part(organization: Organization) -> None:
    group = await a_group(organization, 3)
    await group.accept(0, 1, 2)
    await work(organization, days=15)
    teacher = await organization.person(**TEACHES_PYTHON)
    program = await organization.program()
    for number, expected in ((3, "accepted"), (1, None)):
        proposal = await organization.propose(program, teacher, group.people[number])
        accept = f"/v1/proposals/{proposal['id']}:accept"
        ok(await group.caller(number).post(accept))
        last = await organization.caller(teacher["id"]).post(accept)
        if expected is None:
            problem(last, 409, "no-place-left")
        else:
            assert ok(last)["status"] == expected
            await organization.hear_of_the_end(proposal["id"])


async def test_without_its_quorum_or_its_teacher_a_group_expires(organization: Organization) -> None:
    too_few, without_teacher = await a_group(organization, 3, minimum=2), await a_group(organization, 2)
    await too_few.accept(0, 1)
    await without_teacher.accept(1, 2)
    await work(organization, days=15)
    assert await too_few.statuses() == ["expired"] * 4
    assert await without_teacher.statuses() == ["expired"] * 3
    assert await organization.events("proposal.accepted") == []


async def test_coordinators_learn_when_a_group_has_become_impossible(organization: Organization) -> None:
    by_teacher, by_learners = await a_group(organization, 2), await a_group(organization, 3, minimum=2)
    coordinator = organization.coordinator
    ok(await by_teacher.caller(0).post(f"{by_teacher.path}:decline"))
    assert ok(await coordinator.get(by_teacher.path))["status"] == "declined"
    assert (await by_teacher.statuses())[1:] == ["offered"] * 2
    ok(await by_learners.caller(1).post(f"{by_learners.path}:decline"))
    assert ok(await coordinator.get(by_learners.path))["status"] == "offered"
    ok(await by_learners.caller(2).post(f"{by_learners.path}:decline"))
    assert ok(await coordinator.get(by_learners.path))["status"] == "declined"
    assert await by_learners.statuses() == ["offered", "declined", "declined", "offered"]


async def test_a_group_asks_for_no_more_learners_than_it_has(organization: Organization) -> None:
    group = await a_group(organization, 2, minimum=3)
    await group.accept(0, 1, 2)
    assert await group.statuses() == ["accepted"] * 3


async def test_who_takes_back_a_yes_leaves_a_group_that_goes_on(organization: Organization) -> None:
    group = await a_group(organization, 3)
    await group.accept(1, 2, 3)
    ok(await group.caller(3).post(f"{group.path}:decline"))
    assert await group.statuses() == ["partly_accepted"] * 3 + ["declined"]
    await group.accept(0)
    await work(organization, days=15)
    assert await group.accepted_with() == [[0, 1, 2]]
    ended = await a_group(organization, 2)
    await ended.accept(1)
    ok(await ended.caller(1).post(f"{ended.path}:decline"))
    assert await ended.statuses() == ["closed", "declined", "closed"]


async def test_a_group_goes_on_without_a_learner_who_leaves_and_ends_without_its_teacher(
    organization: Organization,
) -> None:
    goes_on, ends = await a_group(organization, 3), await a_group(organization, 3)
    await organization.hear_of_people({**goes_on.people[3], "active": False}, type_="person.deactivated")
    await organization.hear_of_people({**ends.people[0], "active": False}, type_="person.deactivated")
    assert await goes_on.statuses() == ["offered"] * 3 + ["closed"]
    assert await ends.statuses() == ["closed"] * 4
    await goes_on.accept(0, 1, 2)
    assert await goes_on.accepted_with() == [[0, 1, 2]]
    await organization.hear_of_people({**goes_on.people[2], "active": False}, type_="person.deactivated")
    assert (await goes_on.statuses())[0] == "accepted"


async def test_a_group_goes_on_without_a_learner_who_has_no_place_left(organization: Organization) -> None:
    group = await a_group(organization, 3)
    teacher, program = await organization.person(**TEACHES_PYTHON), await organization.program()
    for number, expected in ((3, "offered"), (2, "closed")):
        elsewhere = await organization.propose(program, teacher, group.people[number])
        path = f"/v1/proposals/{elsewhere['id']}"
        ok(await group.caller(number).post(f"{path}:accept"))
        ok(await organization.caller(teacher["id"]).post(f"{path}:accept"))
        await organization.hear_of_the_end(elsewhere["id"])
        assert (await group.statuses())[0] == expected


async def test_a_teacher_without_a_place_left_ends_their_groups(organization: Organization) -> None:
    first = await a_group(organization, 2, teaching_capacity=1)
    program = await organization.program(format="group", group_size={"min": 2, "max": 5})
    learners = [await organization.person(**LEARNS_PYTHON) for _ in range(2)]
    second = await Group(organization, first.people[0], learners).propose(program)
    await first.accept(0, 1, 2)
    assert await second.statuses() == ["closed"] * 3


async def test_at_the_end_whoever_lost_their_place_is_left_out(organization: Organization) -> None:
    group = await a_group(organization, 4)
    await group.accept(0, 1, 2, 3)
    lowered = {**group.people[3], "learning_capacity": 0, "version": 2}
    await organization.hear_of_people(lowered)
    await work(organization, days=15)
    assert await group.accepted_with() == [[0, 1, 2]]
    assert await group.statuses() == ["accepted"] * 3 + ["closed", "expired"]


async def test_the_last_accepts_of_a_group_at_once_complete_it_once(organization: Organization) -> None:
    group = await a_group(organization, 4)
    answers = await asyncio.gather(*(group.caller(number).post(f"{group.path}:accept") for number in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert await group.accepted_with() == [[0, 1, 2, 3, 4]]


async def test_settling_twice_has_the_effect_of_once(organization: Organization) -> None:
    group = await a_group(organization, 3)
    await group.accept(0, 1, 2)
    before = await work(organization, days=15)
    program = await organization.program()
    await organization.propose(
        program, await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    )
    await work(organization, days=15)
    assert before == 1
    assert await group.accepted_with() == [[0, 1, 2]]


async def a_ring(organization: Organization, size: int) -> tuple[list[Any], str]:
    """People each of whom teaches the next, proposed to each other."""
    competencies = [f"cmp_{number:032x}" for number in range(size)]
    people = [
        await organization.person(
            strengths=[{**strength(), "competency_id": competencies[number]}],
            growth_areas=[{**growth_area(), "competency_id": competencies[number - 1]}],
        )
        for number in range(size)
    ]
    program = await organization.program()
    tracks = [
        {
            "teacher_id": people[number]["id"],
            "learner_id": people[(number + 1) % size]["id"],
            "competency_id": competencies[number],
        }
        for number in range(size)
    ]
    path = f"/v1/programs/{program['id']}/proposals"
    proposal = ok(await organization.coordinator.post(path, {"tracks": tracks}), 201)
    assert proposal["score"] > 0
    return people, f"/v1/proposals/{proposal['id']}"


async def test_a_ring_comes_about_when_everybody_said_yes(organization: Organization) -> None:
    people, path = await a_ring(organization, 3)
    for person in people[:2]:
        assert ok(await organization.caller(person["id"]).post(f"{path}:accept"))["status"] == "partly_accepted"
    assert await organization.events("proposal.accepted") == []
    assert ok(await organization.caller(people[2]["id"]).post(f"{path}:accept"))["status"] == "accepted"
    (event,) = await organization.events("proposal.accepted")
    assert len(event["data"]["participants"]) == len(event["data"]["tracks"]) == 3
    assert all(one["roles"] == ["learner", "teacher"] for one in event["data"]["participants"])


async def test_a_ring_comes_about_with_everybody_or_not_at_all(organization: Organization) -> None:
    people, path = await a_ring(organization, 4)
    for person in people[:3]:
        ok(await organization.caller(person["id"]).post(f"{path}:accept"))
    ok(await organization.caller(people[3]["id"]).post(f"{path}:decline"))
    assert ok(await organization.coordinator.get(path))["status"] == "declined"
    await work(organization, days=15)
    assert ok(await organization.caller(people[0]["id"]).get(path))["status"] == "expired"
    assert await organization.events("proposal.accepted") == []


async def test_in_a_ring_a_private_growth_area_is_told_to_its_teacher_alone(organization: Organization) -> None:
    people, path = await a_ring(organization, 3)
    # By hand nobody proposes what is private: a run does.
    async with organization.wiring.database.transaction(organization.id) as connection:
        secret = "update proposals set tracks = jsonb_set(tracks, '{0,discreet}', 'true') where id = :id"
        await connection.execute(text(secret), {"id": path.rpartition("/")[2]})
    callers = [organization.caller(person["id"]) for person in people]
    for accepted in (False, True):
        labels = [ok(await caller.get(path))["tracks"][0]["competency_label"] for caller in callers]
        assert [label is not None for label in labels] == [accepted, True, False]
        for caller in callers:
            ok(await caller.post(f"{path}:accept"))


async def test_a_ring_is_one_ring_of_three_or_four(organization: Organization) -> None:
    everything = {"strengths": [strength(PYTHON)]}
    people = [(await organization.person(**everything))["id"] for _ in range(5)]
    program = await organization.program()
    path = f"/v1/programs/{program['id']}/proposals"

    async def proposed(*pairs: tuple[int, int]) -> Any:
        tracks = [{"teacher_id": people[a], "learner_id": people[b], "competency_id": PYTHON} for a, b in pairs]
        return await organization.coordinator.post(path, {"tracks": tracks})

    ok(await proposed((0, 1), (1, 2), (2, 3), (3, 0)), 201)
    ok(await proposed((2, 0), (0, 1), (1, 2)), 201)
    for pairs in (
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)],
        [(0, 1), (1, 2)],
        [(0, 1), (1, 0), (2, 3), (3, 2)],
        [(0, 1), (1, 2), (2, 0), (0, 2)],
        [(0, 1), (1, 2), (2, 1)],
    ):
        problem(await proposed(*pairs), 422, "tracks-invalid")
