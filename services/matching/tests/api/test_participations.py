from dataclasses import replace
from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.matching.domain.participation import Pause
from services.matching.tests.background import work
from services.matching.tests.bodies import LEARNS_PYTHON, PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization, ids


async def test_a_person_joins_and_reads_it_back(organization: Organization) -> None:
    person, program = await organization.person(), await organization.program()
    caller = organization.caller(person["id"])
    body = {"roles": ["learner", "teacher"], "capacity": 2}
    joined = await caller.post(f"/v1/programs/{program['id']}/participations", body)
    participation = ok(joined, 201)
    assert participation["person_id"] == person["id"]
    assert participation["roles"] == ["learner", "teacher"]
    assert (await caller.get(joined.headers["location"])).content == joined.content


async def test_nobody_joins_twice(organization: Organization) -> None:
    person, program = await organization.person(), await organization.program()
    await organization.take_part(program, person, "learner")
    again = await organization.caller(person["id"]).post(
        f"/v1/programs/{program['id']}/participations", {"roles": ["teacher"]}
    )
    problem(again, 409, "already-participates")


async def test_a_role_is_for_those_whom_the_program_names(organization: Organization) -> None:
    program = await organization.program(who_may_learn={"reporting_levels": [1, 2]})
    path = f"/v1/programs/{program['id']}/participations"
    junior = await organization.person(reporting_level=5)
    refused = await organization.caller(junior["id"]).post(path, {"roles": ["learner"]})
    problem(refused, 422, "not-eligible")
    unknown = await organization.person(reporting_level=None)
    problem(await organization.caller(unknown["id"]).post(path, {"roles": ["learner"]}), 422, "not-eligible")
    ok(await organization.caller(junior["id"]).post(path, {"roles": ["teacher"]}), 201)


async def test_people_join_open_programs_only(organization: Organization) -> None:
    person, program = await organization.person(), await organization.program()
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}:close"))
    path = f"/v1/programs/{program['id']}/participations"
    problem(await organization.caller(person["id"]).post(path, {"roles": ["learner"]}), 409, "program-status")


async def test_coordinators_enter_others_and_nobody_else_does(organization: Organization) -> None:
    person, program = await organization.person(), await organization.program()
    path = f"/v1/programs/{program['id']}/participations"
    body = {"person_id": person["id"], "roles": ["learner"]}
    problem(await organization.caller(ids.new("per")).post(path, body), 403, "role-required")
    problem(await organization.caller().post(path, {"roles": ["learner"]}), 403, "person-required")
    ok(await organization.coordinator.post(path, body), 201)
    body["person_id"] = ids.new("per")
    problem(await organization.coordinator.post(path, body), 404, "person-not-found")
    gone = await organization.person(active=False)
    problem(await organization.coordinator.post(path, {**body, "person_id": gone["id"]}), 409, "person-inactive")


async def test_enrolling_enters_everybody_in_the_roles_that_they_may_take(organization: Organization) -> None:
    top = await organization.person(reporting_level=1)
    await organization.person(reporting_level=5)
    await organization.person(reporting_level=4, active=False)
    program = await organization.program(who_may_learn={"reporting_levels": [1, 2]})
    path = f"/v1/programs/{program['id']}/participations"
    await organization.take_part(program, top, "learner")
    counts = {"program_id": program["id"], "participations": 2, "teachers": 1, "learners": 1}
    assert ok(await organization.coordinator.post(f"{path}:enroll")) == counts
    assert ok(await organization.coordinator.post(f"{path}:enroll")) == counts
    listed = ok(await organization.coordinator.get(path))["items"]
    assert {item["person_id"]: item["roles"] for item in listed}[top["id"]] == ["learner"]
    problem(await organization.caller().post(f"{path}:enroll"), 403, "role-required")


async def test_everybody_sees_their_own_part_and_coordinators_see_all(organization: Organization) -> None:
    program = await organization.program()
    people = [await organization.person() for _ in range(3)]
    parts = [await organization.take_part(program, person, "learner") for person in people]
    path = f"/v1/programs/{program['id']}/participations"
    own = ok(await organization.caller(people[0]["id"]).get(path))["items"]
    assert [item["id"] for item in own] == [parts[0]["id"]]
    page = ok(await organization.coordinator.get(path, limit=2))
    rest = ok(await organization.coordinator.get(path, limit=2, cursor=page["next_cursor"]))
    assert [item["id"] for item in page["items"] + rest["items"]] == [part["id"] for part in parts]
    of_one = ok(await organization.coordinator.get(path, person_id=people[1]["id"]))["items"]
    assert [item["id"] for item in of_one] == [parts[1]["id"]]
    stranger = organization.caller(people[2]["id"])
    problem(await stranger.get(f"/v1/participations/{parts[0]['id']}"), 404, "participation-not-found")


async def test_a_part_changes(organization: Organization) -> None:
    program, person = await organization.program(who_may_teach={"departments": ["IT"]}), await organization.person()
    part = await organization.take_part(program, person, "learner")
    path, change = f"/v1/participations/{part['id']}", organization.caller(person["id"]).change
    changed = ok(await change("PATCH", path, {"capacity": 3}, version=1))
    assert (changed["capacity"], changed["roles"]) == (3, ["learner"])
    assert ok(await change("PATCH", path, {"capacity": None}, version=2))["capacity"] is None
    problem(await change("PATCH", path, {"roles": ["teacher"]}, version=3), 422, "not-eligible")
    problem(await change("PATCH", path, {"capacity": 1}, version=1), 412, "stale-version")
    problem(await change("PATCH", path, {"capacity": 1}, version=None), 428, "if-match-missing")
    someone = organization.caller(ids.new("per"))
    problem(await someone.change("PATCH", path, {"capacity": 1}, version=3), 404, "participation-not-found")


async def test_who_leaves_is_offered_nothing_more(organization: Organization) -> None:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    part = await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")
    proposal = await organization.propose(program, teacher, learner)
    path = f"/v1/participations/{part['id']}"
    someone = organization.caller(learner["id"])
    problem(await someone.change("DELETE", path, version=1), 404, "participation-not-found")
    left = await organization.caller(teacher["id"]).change("DELETE", path, version=1)
    assert left.status_code == 204
    problem(await organization.coordinator.get(path), 404, "participation-not-found")
    assert ok(await someone.get(f"/v1/proposals/{proposal['id']}"))["status"] == "closed"
    assert (await organization.run(program))["counts"]["proposals"] == 0


async def test_another_organization_reaches_no_part(
    organization: Organization, other_organization: Organization
) -> None:
    program, person = await organization.program(), await organization.person()
    part = await organization.take_part(program, person, "learner")
    path = f"/v1/participations/{part['id']}"
    stranger = other_organization.coordinator
    answers: list[Any] = [
        await stranger.get(path),
        await stranger.change("PATCH", path, {"capacity": 1}, version=1),
        await stranger.change("DELETE", path, version=1),
    ]
    for answer in answers:
        problem(answer, 404, "participation-not-found")
    theirs = await other_organization.program()
    body = {"person_id": person["id"], "roles": ["learner"]}
    joined = await stranger.post(f"/v1/programs/{theirs['id']}/participations", body)
    problem(joined, 404, "person-not-found")


async def _silent(organization: Organization, program: Any, teacher: Any) -> dict[str, Any]:
    """A proposal that the teacher lets run out."""
    return await organization.propose(program, teacher, await organization.person(**LEARNS_PYTHON))


async def test_who_lets_two_offers_in_a_row_run_out_is_paused_until_they_confirm(organization: Organization) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    part = await organization.take_part(program, teacher, "teacher")
    path, caller = f"/v1/participations/{part['id']}", organization.caller(teacher["id"])
    for paused in (None, "unanswered"):
        await _silent(organization, program, teacher)
        await work(organization, days=15)
        for reader in (caller, organization.coordinator):
            assert ok(await reader.get(path))["paused"] == paused
    learner = await organization.person(**LEARNS_PYTHON)
    body = {"tracks": [{"teacher_id": teacher["id"], "learner_id": learner["id"], "competency_id": PYTHON}]}
    by_hand = f"/v1/programs/{program['id']}/proposals"
    problem(await organization.coordinator.post(by_hand, body), 409, "person-paused")
    for stranger in (organization.coordinator, organization.caller(learner["id"])):
        problem(await stranger.post(f"{path}:confirm"), 404, "participation-not-found")
    confirmed = ok(await caller.post(f"{path}:confirm"))
    assert (confirmed["paused"], confirmed["version"]) == (None, 3)
    assert ok(await caller.post(f"{path}:confirm")) == confirmed
    ok(await organization.coordinator.post(by_hand, body), 201)


async def test_two_that_run_out_at_the_same_time_are_two_in_a_row(organization: Organization) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    part = await organization.take_part(program, teacher, "teacher")
    for _ in range(2):
        await _silent(organization, program, teacher)
    await work(organization, days=15)
    await work(organization, days=15)
    seen = ok(await organization.coordinator.get(f"/v1/participations/{part['id']}"))
    assert (seen["paused"], seen["version"]) == ("unanswered", 2)


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_every_answer_is_a_sign_of_life(organization: Organization, answer: str) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    part = await organization.take_part(program, teacher, "teacher")
    for _ in range(3):
        await _silent(organization, program, teacher)
        await work(organization, days=15)
        proposal = await _silent(organization, program, teacher)
        ok(await organization.caller(teacher["id"]).post(f"/v1/proposals/{proposal['id']}:{answer}"))
    seen = ok(await organization.coordinator.get(f"/v1/participations/{part['id']}"))
    assert (seen["paused"], seen["version"]) == (None, 1)


async def test_an_answer_ends_the_pause(organization: Organization) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    part = await organization.take_part(program, teacher, "teacher")
    for _ in range(2):
        await _silent(organization, program, teacher)
    await work(organization, days=15)
    waiting = await _other_offer(organization, program, teacher, part)
    ok(await organization.caller(teacher["id"]).post(f"/v1/proposals/{waiting}:decline"))
    assert ok(await organization.coordinator.get(f"/v1/participations/{part['id']}"))["paused"] is None


async def _other_offer(organization: Organization, program: Any, teacher: Any, part: Any) -> str:
    """An offer that was on its way when the pause began."""
    ok(await organization.caller(teacher["id"]).post(f"/v1/participations/{part['id']}:confirm"))
    waiting = (await _silent(organization, program, teacher))["id"]
    async with organization.wiring.background_work(organization.id) as uow:
        stored = await uow.participations.get(part["id"])
        await uow.participations.save(replace(stored, paused=Pause.UNANSWERED))
    return str(waiting)


async def test_silence_in_one_program_pauses_in_that_one_alone(organization: Organization) -> None:
    program, other = await organization.program(), await organization.program()
    teacher = await organization.person(**TEACHES_PYTHON)
    parts = [await organization.take_part(one, teacher, "teacher") for one in (program, other)]
    for _ in range(2):
        await _silent(organization, program, teacher)
    await work(organization, days=15)
    paused = [ok(await organization.coordinator.get(f"/v1/participations/{part['id']}"))["paused"] for part in parts]
    assert paused == ["unanswered", None]


async def test_what_ends_before_its_time_is_nobodys_silence(organization: Organization) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    part = await organization.take_part(program, teacher, "teacher")
    for _ in range(3):
        proposal = await _silent(organization, program, teacher)
        ok(await organization.coordinator.post(f"/v1/proposals/{proposal['id']}:withdraw"))
    await work(organization, days=15)
    assert ok(await organization.coordinator.get(f"/v1/participations/{part['id']}"))["paused"] is None


async def test_who_is_paused_enters_no_run(organization: Organization) -> None:
    program, teacher = await organization.program(), await organization.person(**TEACHES_PYTHON)
    learner = await organization.person(**LEARNS_PYTHON)
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")
    for _ in range(2):
        await _silent(organization, program, teacher)
    await work(organization, days=15)
    assert (await organization.run(program))["counts"]["proposals"] == 0


async def test_who_asks_is_there_and_who_is_asked_and_silent_is_not(organization: Organization) -> None:
    program = await organization.program()
    learner, teacher = await organization.person(**LEARNS_PYTHON), await organization.person(**TEACHES_PYTHON)
    asks = await organization.take_part(program, learner, "learner")
    asked = await organization.take_part(program, teacher, "teacher")
    body = {"program_id": program["id"], "direction": "learn", "choices": [teacher["id"]]}
    for _ in range(2):
        ok(await organization.caller(learner["id"]).post("/v1/requests", body), 201)
        await work(organization, days=8)
    paused = [
        ok(await organization.coordinator.get(f"/v1/participations/{one['id']}"))["paused"] for one in (asks, asked)
    ]
    assert paused == [None, "unanswered"]
    ok(await organization.caller(learner["id"]).post("/v1/requests", body), 201)
    offered = ok(await organization.caller(teacher["id"]).get("/v1/proposals"))["items"]
    assert [one["status"] for one in offered] == ["expired", "expired"]
