"""The routing table, and that nothing slips past it."""

from pathlib import Path

import httpx
import orjson
import pytest

from gateway.openapi import SERVICES
from gateway.routes import service_of
from gateway.tests.stub import Stub

SERVICES_FOLDER = Path(__file__).parents[2] / "services"


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_of_a_service_goes_to_that_service(service: str) -> None:
    document = orjson.loads((SERVICES_FOLDER / service / "openapi.json").read_bytes())
    paths = [path for path in document["paths"] if path.startswith("/v1/")]
    assert paths
    wrong = {path: service_of(path.replace("{", "").replace("}", "")) for path in paths}
    assert {path: to for path, to in wrong.items() if to != service} == {}


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/people", "profile"),
        ("/v1/people/per_1:deactivate", "profile"),
        ("/v1/me/growth-areas/gro_1", "profile"),
        ("/v1/programs", "matching"),
        ("/v1/programs/prg_1:open", "matching"),
        ("/v1/programs/prg_1/participations:enroll", "matching"),
        ("/v1/programs/prg_1/report", "sessions"),
        ("/v1/programs/prg_1/reports", "matching"),
        ("/v1/match-runs/run_1/progress", "matching"),
        ("/v1/mentoring-sessions/mts_1/notes", "sessions"),
        ("/v1/people/%C3%A9", "profile"),
    ],
)
def test_a_path_goes_to_the_service_that_has_it(path: str, service: str) -> None:
    assert service_of(path) == service


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v2/people",
        "/v1/peoples",
        "/V1/people",
        "/v1//people",
        "/internal/events",
        "/internal/subjects/org_1/id/per_1",
        "/v1/internal/events",
        "/v1/people/../../internal/events",
        "/v1/people/%2e%2E/%2e./internal/events",
        "/v1/people/..",
        "/v1/people/./x",
        "/v1/programs/prg_1%2Freport",
        "/v1/programs/prg_1%2freport",
        "/v1/people/a%5Cb",
        "/v1/people/%00",
        '/v1/people/"',
        "/v1/people/{id}",
        "http://elsewhere/v1/people",
    ],
)
def test_a_path_that_no_service_has_goes_nowhere(path: str) -> None:
    assert service_of(path) is None


@pytest.mark.parametrize("path", ["/nothing", "/internal/events", "/v1/nothing", "/v1/people/%2e%2e/internal/events"])
async def test_an_unknown_path_is_a_problem_and_touches_no_service(
    client: httpx.AsyncClient, stub: Stub, path: str
) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "not-found"
    assert stub.requests == []
    assert stub.look_ups == 0
