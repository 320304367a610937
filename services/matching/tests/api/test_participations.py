from typing import Any

from kit.testing.api import ok, problem
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
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
