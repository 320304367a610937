"""What somebody says of others in a program is theirs alone, and has its effect without ever being told."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from kit.testing.api import Caller, ok, problem
from services.matching.tests.bodies import LEARNS_PYTHON, SALES, TEACHES_PYTHON, strength
from services.matching.tests.conftest import Organization, ids

NOTHING: dict[str, Any] = {"teachers": [], "learners": [], "excluded": []}


@dataclass
class Joined:
    """A program with a teacher and a learner, and what the learner calls."""

    program: dict[str, Any]
    teacher: dict[str, Any]
    learner: dict[str, Any]
    part: dict[str, Any]
    caller: Caller

    @property
    def path(self) -> str:
        return f"/v1/participations/{self.part['id']}/choices"

    async def say(self, version: int = 0, /, **said: list[str]) -> Any:
        return await self.caller.change("PUT", self.path, said, version=version)


async def joined(organization: Organization) -> Joined:
    program = await organization.program()
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    await organization.take_part(program, teacher, "teacher")
    part = await organization.take_part(program, learner, "learner")
    return Joined(program, teacher, learner, part, organization.caller(learner["id"]))


async def outbox(organization: Organization) -> int:
    async with organization.wiring.database.transaction(organization.id) as connection:
        count = await connection.scalar(
            text("select count(*) from outbox where organization_id = :id"), {"id": organization.id}
        )
        return int(count)


async def test_one_says_whom_one_would_like_and_reads_it_back(organization: Organization) -> None:
    there = await joined(organization)
    before = await there.caller.get(there.path)
    assert ok(before) == {"participation_id": there.part["id"], **NOTHING, "version": 0}
    assert before.headers["etag"] == '"0"'
    stranger = await organization.person()
    said = await there.say(teachers=[there.teacher["id"]], excluded=[stranger["id"]])
    assert ok(said) == {
        "participation_id": there.part["id"],
        "teachers": [there.teacher["id"]],
        "learners": [],
        "excluded": [stranger["id"]],
        "version": 1,
    }
    assert (await there.caller.get(there.path)).content == said.content
    assert ok(await there.say(1)) == {"participation_id": there.part["id"], **NOTHING, "version": 2}


async def test_what_changes_nothing_keeps_its_version(organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(teachers=[there.teacher["id"]]))
    assert ok(await there.say(1, teachers=[there.teacher["id"]]))["version"] == 1


async def test_a_change_says_which_version_it_saw(organization: Organization) -> None:
    there = await joined(organization)
    problem(await there.caller.change("PUT", there.path, NOTHING, version=None), 428, "if-match-missing")
    problem(await there.say(1), 412, "stale-version")


async def test_each_place_that_is_wrong_is_named(organization: Organization) -> None:
    there = await joined(organization)
    elsewhere, elsewhere_too, gone = [await organization.person() for _ in range(3)]
    await organization.take_part(there.program, gone, "teacher")
    await organization.hear_of_people({**gone, "active": False}, type_="person.deactivated")
    refused = await there.say(
        teachers=[there.teacher["id"], elsewhere["id"], gone["id"]],
        learners=[there.teacher["id"], there.learner["id"]],
        excluded=[there.teacher["id"], elsewhere_too["id"], ids.new("per"), elsewhere_too["id"]],
    )
    assert {(error["pointer"], error["code"]) for error in problem(refused, 422, "choices-invalid")["errors"]} == {
        ("/body/teachers/1", "not-a-teacher"),
        ("/body/teachers/2", "not-a-teacher"),
        ("/body/learners/0", "not-a-learner"),
        ("/body/learners/1", "oneself"),
        ("/body/excluded/0", "also-chosen"),
        ("/body/excluded/2", "unknown-person"),
        ("/body/excluded/3", "double"),
    }
    assert ok(await there.caller.get(there.path))["version"] == 0


@pytest.mark.parametrize(("field", "most"), [("teachers", 5), ("learners", 5), ("excluded", 100)])
async def test_lists_have_an_end(organization: Organization, field: str, most: int) -> None:
    there = await joined(organization)
    refused = await there.say(**{field: [ids.new("per") for _ in range(most + 1)]})
    assert [error["pointer"] for error in problem(refused, 422, "invalid")["errors"]] == [f"/body/{field}"]


async def test_nobody_else_reads_or_writes_it(organization: Organization, other_organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(excluded=[there.teacher["id"]]))
    others = (
        organization.coordinator,
        organization.caller(there.teacher["id"]),
        other_organization.coordinator,
        other_organization.caller(there.learner["id"]),
    )
    for caller in others:
        problem(await caller.get(there.path), 404, "participation-not-found")
        problem(await caller.change("PUT", there.path, NOTHING, version=1), 404, "participation-not-found")
    nobody = organization.caller(roles=("coordinator", "org_admin", "integration"))
    problem(await nobody.get(there.path), 403, "person-required")
    problem(await nobody.change("PUT", there.path, NOTHING, version=1), 403, "person-required")
    assert ok(await there.caller.get(there.path))["excluded"] == [there.teacher["id"]]


async def test_an_exclusion_counts_in_every_program(organization: Organization) -> None:
    there = await joined(organization)
    elsewhere = await organization.program()
    await organization.take_part(elsewhere, there.teacher, "teacher")
    await organization.take_part(elsewhere, there.learner, "learner")
    ok(await there.say(excluded=[there.teacher["id"]]))
    for program in (there.program, elsewhere):
        assert (await organization.run(program))["counts"]["proposals"] == 0


async def test_an_exclusion_looks_like_having_nothing_to_teach(
    organization: Organization, other_organization: Organization
) -> None:
    there, twin = await joined(organization), await joined(other_organization)
    ok(await there.say(excluded=[there.teacher["id"]]))
    await other_organization.hear_of_people({**twin.teacher, "strengths": [strength(SALES)], "version": 2})
    run, other_run = await organization.run(there.program), await other_organization.run(twin.program)
    assert run["counts"] == other_run["counts"]
    assert set(run) == set(other_run)
    assert there.teacher["id"] not in str(run)


async def test_no_fact_is_told_of_what_was_said(organization: Organization) -> None:
    there = await joined(organization)
    before = await outbox(organization)
    ok(await there.say(teachers=[there.teacher["id"]]))
    ok(await there.say(1, excluded=[there.teacher["id"]]))
    assert await outbox(organization) == before


async def test_without_the_exclusion_they_meet_again(organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(excluded=[there.teacher["id"]]))
    ok(await there.say(1))
    assert (await organization.run(there.program))["counts"]["proposals"] == 1


async def test_what_was_said_goes_with_the_participation(organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(teachers=[there.teacher["id"]]))
    left = await there.caller.change("DELETE", f"/v1/participations/{there.part['id']}", version=1)
    assert left.status_code == 204
    problem(await there.caller.get(there.path), 404, "participation-not-found")
    there.part = await organization.take_part(there.program, there.learner, "learner")
    assert ok(await there.caller.get(there.path))["version"] == 0


async def test_what_was_said_goes_with_the_person(organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(teachers=[there.teacher["id"]]))
    for version, active in ((2, False), (3, False), (4, True)):
        await organization.hear_of_people({**there.learner, "active": active, "version": version})
    assert ok(await there.caller.get(there.path)) == {"participation_id": there.part["id"], **NOTHING, "version": 2}


async def test_changes_to_choices_leave_the_participation_as_it_was(organization: Organization) -> None:
    there = await joined(organization)
    ok(await there.say(teachers=[there.teacher["id"]]))
    assert ok(await organization.coordinator.get(f"/v1/participations/{there.part['id']}")) == there.part
