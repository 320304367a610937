import asyncio
from typing import Any

from fastapi import FastAPI, Request

from kit.http_client import ServiceClient, asgi_transport
from kit.testing.api import ok
from kit.testing.keys import minter
from services.matching.clients.profile import ProfilePeople
from services.matching.tests.background import forget_jobs
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON, told_person
from services.matching.tests.conftest import Organization, ids
from services.matching.worker import tasks


async def test_a_worker_takes_the_run_from_the_queue(organization: Organization) -> None:
    await organization.person(**TEACHES_PYTHON)
    await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    await forget_jobs(organization)
    run = await organization.queue_run(program)
    stop = asyncio.Event()
    working = asyncio.create_task(organization.wiring.job_runner().run(stop))
    try:
        async with asyncio.timeout(30):
            streamed = await organization.coordinator.get(f"/v1/match-runs/{run['id']}/progress")
    finally:
        stop.set()
        await working
    assert '"status" : "review"' in streamed.text
    assert ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}"))["counts"]["proposals"] == 1


async def test_the_worker_runs_jobs_takes_in_facts_and_clears_away(organization: Organization) -> None:
    assert len(tasks(organization.wiring)) == 5


async def test_people_are_asked_of_profile_in_the_name_of_this_service() -> None:
    asked: list[tuple[str, Any]] = []
    profile = FastAPI()

    @profile.post("/internal/people:snapshot")
    async def snapshot(request: Request) -> dict[str, Any]:
        asked.append((request.headers["authorization"], await request.json()))
        return {"people": [told_person("per_1")]}

    client = ServiceClient("http://profile", "profile", minter("matching"), transport=asgi_transport(profile))
    organization_id = ids.new("org")
    async with client:
        people = await ProfilePeople(client).snapshot(organization_id, ["per_1"])
    assert people == [told_person("per_1")]
    (token, body) = asked[0]
    assert token.startswith("Bearer ")
    assert body == {"organization_id": organization_id, "person_ids": ["per_1"]}
