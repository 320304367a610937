"""Kill -9 of any one process: no acknowledged write is lost, none is doubled, and the story goes on."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.client import Caller, RefusedError
from deploy.local.demo.follow import follow
from deploy.local.demo.programs import PROGRAMS
from deploy.local.story import enroll, growth_area, import_people, match, open_program, strength
from kit.http_client import RawError, raw_client
from tests.shared_data import ADVENTURE_WORKS_MAPPING, shared_file
from tests.system import RunningSystem

APIS = ("gateway", "profile", "matching", "sessions", "postgres")
WRITES = 12
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Team:
    """A small organization in which one person teaches another."""

    organization_id: str
    coordinator: Caller
    member: Caller
    engagement_id: str
    program_id: str


@pytest.fixture(scope="session")
async def team(system: RunningSystem) -> Team:
    organization_id = await system.new_organization("Team")
    coordinator = await system.coordinator(organization_id)
    competency = await coordinator.post("/v1/competencies", {"label": "Knots"})
    people = [
        (await coordinator.post("/v1/people", {"external_id": name, "given_name": name, "family_name": "Team"}))["id"]
        for name in ("teacher", "learner")
    ]
    teacher, learner = [await system.person(organization_id, person_id) for person_id in people]
    await teacher.put("/v1/me/strengths", {"items": [strength(competency["id"], 4)]})
    await learner.put("/v1/me/growth-areas", {"items": [growth_area(competency["id"], 0, 3, 5)]})
    everybody = {"reporting_levels": None, "departments": None}
    program_id = await open_program(coordinator, {**PROGRAMS[0], "who_may_learn": everybody})
    assert await enroll(coordinator, program_id, 2) == 2
    await match(coordinator, program_id)
    (proposal,) = await coordinator.items("/v1/proposals", program_id=program_id)
    followed = await follow(system.gateway, organization_id, proposal)
    return Team(organization_id, coordinator, learner, followed.engagement["id"], program_id)


async def persist(system: RunningSystem, caller: Caller, path: str, body: Mapping[str, Any]) -> str:
    """Send a command until it is acknowledged, always under the same key; the id of what was created."""
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": str(uuid.uuid4())}
    async with asyncio.timeout(PATIENCE_SECONDS), raw_client(system.system.url, timeout=5.0) as client:
        while True:
            try:
                answer = await client.post(path, json=dict(body), headers=headers)
            except RawError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 201:
                return str(answer.json()["id"])
            assert answer.status_code >= 500 or answer.json()["code"] == "idempotency-key-in-flight", answer.text
            await asyncio.sleep(0.1)


async def stored_by(caller: Caller, path: str, field: str, victim: str) -> list[str]:
    """The ids of what a test wrote, read once the process that was killed is back."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return [item["id"] for item in await caller.items(path) if item[field].startswith(f"{victim} ")]
            except (RefusedError, RawError):
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("victim", APIS)
async def test_no_acknowledged_write_is_lost_or_doubled(system: RunningSystem, team: Team, victim: str) -> None:
    competencies = [(team.coordinator, "/v1/competencies", {"label": f"{victim} {number}"}) for number in range(WRITES)]
    programs = [
        (team.coordinator, "/v1/programs", {**PROGRAMS[0], "name": f"{victim} {number}"}) for number in range(WRITES)
    ]
    learning_path = f"/v1/engagements/{team.engagement_id}/learnings"
    learnings = [
        (team.member, learning_path, {"text": f"{victim} {number}", "competency_id": None, "visibility": "shared"})
        for number in range(WRITES)
    ]
    places = asyncio.Semaphore(6)
    done = 0

    async def write(caller: Caller, path: str, body: Mapping[str, Any]) -> str:
        nonlocal done
        async with places:
            created = await persist(system, caller, path, body)
            done += 1
            if done == WRITES:
                system.kill(victim)
            return created

    acknowledged = set(await asyncio.gather(*(write(*w) for w in (*competencies, *programs, *learnings))))
    assert len(acknowledged) == 3 * WRITES

    stored = [
        *(await stored_by(team.coordinator, "/v1/competencies", "label", victim)),
        *(await stored_by(team.coordinator, "/v1/programs", "name", victim)),
        *(await stored_by(team.member, learning_path, "text", victim)),
    ]
    assert sorted(stored) == sorted(acknowledged)


async def test_an_import_goes_on_after_its_worker_was_killed(system: RunningSystem) -> None:
    file = shared_file("hris/adventureworks_employees.csv").read_bytes()
    organization_id = await system.new_organization("Import")
    coordinator = await system.coordinator(organization_id)
    imported = await killing(system, "profile-worker", import_people(coordinator, file, ADVENTURE_WORKS_MAPPING))
    assert imported["counts"]["created"] + imported["counts"]["unchanged"] == 290
    assert len(await coordinator.items("/v1/people")) == 290


async def test_a_match_run_goes_on_after_its_worker_was_killed(system: RunningSystem, team: Team) -> None:
    program_id = await open_program(team.coordinator, {**PROGRAMS[1], "name": "Again"})
    assert await enroll(team.coordinator, program_id, 2) == 2
    run, _ = await killing(system, "matching-worker", match(team.coordinator, program_id))
    assert run["status"] == "review"


async def test_an_accepted_proposal_becomes_an_engagement_after_a_worker_was_killed(
    system: RunningSystem, team: Team
) -> None:
    competency = await team.coordinator.post("/v1/competencies", {"label": "Sails"})
    body = {"given_name": "Late", "family_name": "Team"}
    people = [(await team.coordinator.post("/v1/people", {"external_id": f"late {n}", **body}))["id"] for n in range(2)]
    teacher, learner = [await system.person(team.organization_id, person_id) for person_id in people]
    await teacher.put("/v1/me/strengths", {"items": [strength(competency["id"], 4)]})
    await learner.put("/v1/me/growth-areas", {"items": [growth_area(competency["id"], 0, 3, 5)]})
    everybody = {"reporting_levels": None, "departments": None}
    program = {**PROGRAMS[0], "name": "Late", "who_may_learn": everybody, "competency_ids": [competency["id"]]}
    program_id = await open_program(team.coordinator, program)
    await enroll(team.coordinator, program_id, 4)
    await match(team.coordinator, program_id)
    (proposal,) = await team.coordinator.items("/v1/proposals", program_id=program_id)
    followed = await killing(
        system, "sessions-worker", follow(system.gateway, team.organization_id, proposal), "matching-worker"
    )
    assert followed.engagement["status"] == "active"


async def killing(system: RunningSystem, victim: str, story: Any, *more: str) -> Any:
    """Kill processes while something is going on."""
    going_on = asyncio.ensure_future(story)
    for name in (victim, *more):
        await asyncio.sleep(0.15)
        system.kill(name)
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await going_on
