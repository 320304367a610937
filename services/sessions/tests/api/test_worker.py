import asyncio
from typing import Any

import orjson
import pytest
from fastapi import FastAPI, Request, Response

from kit.http_client import ServiceClient, asgi_transport
from kit.testing.api import ok
from services.sessions.tests.conftest import Organization, Pair, ids
from services.sessions.worker import tasks


def feed(events: list[dict[str, Any]]) -> FastAPI:
    """A neighbour that tells these events."""
    app = FastAPI()

    @app.get("/internal/events")
    async def events_list(request: Request) -> Response:
        after = request.query_params["after"]
        told = [event for event in events if event["cursor"] > after]
        if not told:
            await asyncio.sleep(0.05)
        body = {"events": told, "next_cursor": told[-1]["cursor"] if told else after}
        return Response(orjson.dumps(body), media_type="application/json")

    return app


@pytest.fixture
async def worker(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Starts the worker's tasks over neighbours that tell some events."""
    wiring, stop, running = organization.wiring, asyncio.Event(), list[asyncio.Task[None]]()

    def start(**events: list[dict[str, Any]]) -> None:
        for name in ("profile", "matching"):
            transport = asgi_transport(feed(events.get(name, [])))
            monkeypatch.setattr(wiring, name, ServiceClient("http://test", name, wiring.minter, transport=transport))
        running.extend(asyncio.ensure_future(task(stop)) for task in tasks(wiring))

    yield start
    stop.set()
    await asyncio.gather(*running)


async def test_the_worker_hears_both_neighbours(organization: Organization, worker: Any) -> None:
    pair = Pair(organization)

    def event(number: int, type_: str, subject_id: str, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "cursor": f"{number}.1",
            "id": ids.new("evt"),
            "organization_id": organization.id,
            "type": type_,
            "subject_id": subject_id,
            "data": data,
            "occurred_at": "2026-03-02T09:00:00Z",
        }

    worker(
        matching=[
            event(1, "proposal.accepted", pair.proposal_id, pair.proposal()),
            event(2, "program.closed", organization.program_id, {}),
            event(3, "program.changed", organization.program_id, {"name": "Renamed", "kind": "mentoring"}),
        ],
        profile=[event(1, "organization.changed", organization.id, {"name": "Ours", "min_group_size": 7})],
    )

    async def heard() -> bool:
        report = await organization.coordinator.get(f"/v1/programs/{organization.program_id}/report")
        body = report.json()
        return (body.get("program_name"), body.get("min_group_size")) == ("Renamed", 7)

    async with asyncio.timeout(10):
        while not await heard():
            await asyncio.sleep(0.05)
    assert len(ok(await pair.junior.get("/v1/engagements"))["items"]) == 1
