"""The matching service with its worker and a Postgres of its own: what a caller waits for, and what it takes."""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.instances import compiled, problem_of
from bench.measuring import MEGABYTE, Sample, SkippedError
from bench.people_rows import Company
from deploy.local.components import Component, Ports, components
from deploy.local.databases import DATABASE, Database, with_database
from deploy.local.state import LocalState
from deploy.local.system import System
from gateway.ports import UpstreamRequest
from gateway.upstream import AiohttpUpstream
from kit.http_client import RawClient, RawResponse, raw_client
from kit.identity import TokenMinter
from kit.ids import TimeOrderedIds
from services.matching.domain.engine.solve import solve
from services.matching.tests.bodies import program_body

PARTS = {"matching", "matching-worker"}
LOOKS, FIRST_LOOKS = 1_500, 60
QUESTIONS = (
    "direction=learn&limit=10&language=en&max_time_zone_gap_hours=6",
    "direction=teach&limit=10&language=en&max_time_zone_gap_hours=6",
    "direction=both&limit=10",
)
"""The ten best in each direction, with the filters of `one_person`, and twenty without any."""
WATCHED_EVERY = 0.05
COORDINATOR = frozenset({"coordinator", "member"})


def round_and_opportunities(people: int, scenario: str) -> Sample:
    """Ask for a run and wait until its proposals can be read; before, ask for opportunities one at a time."""
    compiled(solve, scenario)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_served(people, scenario, Path(folder)))


class Client:
    """A caller of the service as the gateway lets them through."""

    def __init__(self, http: RawClient, state: LocalState, organization_id: str) -> None:
        self._http = http
        self._minter = TokenMinter("gateway", state.private_key("gateway"))
        self._organization_id = organization_id
        self._ids = TimeOrderedIds()

    def headers(self, person_id: str, roles: frozenset[str] = COORDINATOR) -> dict[str, str]:
        """Who asks, and that it is asked once."""
        token = self._minter.mint(
            "matching", subject=person_id, organization_id=self._organization_id, person_id=person_id, roles=roles
        )
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": self._ids.new("key")}

    async def call(
        self, method: str, path: str, person_id: str, roles: frozenset[str] = COORDINATOR, **request: Any
    ) -> RawResponse:
        """The answer to a request of a person; the status is looked at."""
        answer = await self._http.request(method, path, headers=self.headers(person_id, roles), **request)
        if not answer.is_success:
            raise SkippedError(f"{method} {path} was answered {answer.status_code}: {answer.text[:200]}")
        return answer


async def _served(people: int, scenario: str, folder: Path) -> Sample:
    organization_id = TimeOrderedIds().new("org")
    company = Company(organization_id, problem_of(people, scenario))
    ports, state = Ports.free(), LocalState(folder)
    async with System(state, ports, parts=_parts, say=lambda _: None).running() as system:
        assert system.postgres is not None, "the system was given no server"
        database = with_database(system.postgres.superuser_url(), DATABASE)
        await company.store(database)
        async with raw_client(ports.url("matching"), timeout=120.0) as http:
            client = Client(http, state, organization_id)
            looks = await _look(ports.url("matching"), client, company.ids)
            sample = await _round(client, company, database, _worker(system))
    return sample.with_facts(people=people, **looks)


def _parts(state: LocalState, database: Database, ports: Ports) -> Sequence[Component]:
    return [part for part in components(state, database, ports) if part.name in PARTS]


def _worker(system: System) -> psutil.Process:
    process = system.processes["matching-worker"].process
    assert process is not None, "the worker runs"
    return psutil.Process(process.pid)


async def _look(url: str, client: Client, ids: Sequence[str]) -> dict[str, float]:
    """Milliseconds until the ten best are there, and until those of both directions are, each time for somebody else.

    One request at a time, through the client by which the gateway asks.
    """
    took: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    asking = random.Random(1).sample(list(ids), min(len(ids), LOOKS + FIRST_LOOKS))  # noqa: S311 - no secret
    async with AiohttpUpstream() as upstream:
        for person_id, question in zip(asking, cycle(QUESTIONS), strict=False):
            address = f"{url}/v1/opportunities?{question}"
            request = UpstreamRequest("GET", address, list(client.headers(person_id).items()), None, repeatable=True)
            began = time.perf_counter()
            async with upstream.send(request) as answer:
                body = await answer.read()
            took[question].append((time.perf_counter() - began) * 1_000)
            if answer.status != 200:
                raise SkippedError(f"GET {address} was answered {answer.status}: {body[:200]!r}")
    learn, teach, both = (times[FIRST_LOOKS // len(QUESTIONS) :] for times in took.values())
    return {
        "opportunities_first_s": took[QUESTIONS[0]][0] / 1_000,
        "opportunities_p50_ms": float(np.percentile(learn + teach, 50)),
        "opportunities_p95_ms": float(np.percentile(learn + teach, 95)),
        "both_ways_p95_ms": float(np.percentile(both, 95)),
    }


async def _round(client: Client, company: Company, database: str, worker: psutil.Process) -> Sample:
    person_id = company.ids[0]
    program = (await client.call("POST", "/v1/programs", person_id, json=program_body())).json()
    await client.call("POST", f"/v1/programs/{program['id']}:open", person_id)
    await company.enter(database, program["id"])
    watch = asyncio.create_task(_watched(worker))
    began = time.perf_counter()
    asked = await client.call("POST", f"/v1/programs/{program['id']}/match-runs", person_id, json={"seed": 7})
    run = await _finished(client, f"/v1/match-runs/{asked.json()['id']}", person_id)
    listed = await client.call("GET", "/v1/proposals", person_id, params={"match_run_id": run["id"], "limit": 200})
    readable = time.perf_counter() - began
    watch.cancel()
    together, alone, solver, cpu = await watch
    if run["status"] != "review" or not listed.json()["items"]:
        raise SkippedError(f"the run ended as {run['status']}: {run.get('failure')}")
    facts = {"readable_s": readable, "worker_mb": alone, "solver_mb": solver, "proposals": run["counts"]["proposals"]}
    for name, method, path in (
        ("publish_s", "POST", f"/v1/match-runs/{run['id']}:publish"),
        ("radar_s", "GET", "/v1/topics/radar"),
    ):
        began = time.perf_counter()
        await client.call(method, path, person_id)
        facts[name] = time.perf_counter() - began
    return Sample(readable, cpu, together, facts)


async def _finished(client: Client, path: str, person_id: str) -> dict[str, Any]:
    while True:
        run: dict[str, Any] = (await client.call("GET", path, person_id)).json()
        if run["status"] not in {"queued", "running"}:
            return run
        await asyncio.sleep(WATCHED_EVERY)


async def _watched(worker: psutil.Process) -> tuple[float, float, float, float]:
    """Megabytes at the peak of the worker with its processes, of it alone, of those; and its own CPU seconds."""
    together, alone, others = 0.0, 0.0, 0.0
    before = sum(worker.cpu_times()[:2])
    try:
        while True:
            own = worker.memory_info().rss / MEGABYTE
            theirs = sum(_memory(child) for child in worker.children(recursive=True))
            together, alone, others = max(together, own + theirs), max(alone, own), max(others, theirs)
            await asyncio.sleep(WATCHED_EVERY)
    except asyncio.CancelledError:
        # With those of its processes that have ended.
        return together, alone, others, sum(worker.cpu_times()[:4]) - before


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MEGABYTE
    except psutil.NoSuchProcess:
        return 0.0
