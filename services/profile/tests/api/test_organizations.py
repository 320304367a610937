import asyncio
import uuid

import pytest
from fastapi import FastAPI

from kit.testing.api import Caller, ok, problem
from services.profile.tests.conftest import Organization


async def test_a_platform_operator_opens_an_organization(platform: Caller) -> None:
    created = await platform.post("/v1/organizations", {"name": "Adventure Works", "time_zone": "Europe/Berlin"})
    body = ok(created, 201)
    assert body["id"].startswith("org_")
    assert body["min_group_size"] == 5
    assert body["created_at"].endswith("Z")
    assert created.headers["location"] == "/v1/organization"
    assert created.headers["etag"] == '"1"'


async def test_nobody_else_opens_an_organization(organization: Organization) -> None:
    body = {"name": "Mine", "time_zone": "Europe/Berlin"}
    problem(await organization.admin.post("/v1/organizations", body), 403, "role-required")


async def test_a_command_answers_with_what_a_get_says(organization: Organization) -> None:
    changed = await organization.admin.change("PATCH", "/v1/organization", {"name": "New name"}, version=1)
    read = await organization.admin.get("/v1/organization")
    assert changed.content == read.content
    assert changed.headers["etag"] == read.headers["etag"] == '"2"'
    assert ok(read)["name"] == "New name"


async def test_organizations_do_not_see_each_other(
    organization: Organization, other_organization: Organization
) -> None:
    ok(await organization.admin.change("PATCH", "/v1/organization", {"name": "Ours"}, version=1))
    theirs = ok(await other_organization.admin.get("/v1/organization"))
    assert (theirs["id"], theirs["name"]) != (organization.id, "Ours")
    assert theirs["version"] == 1


async def test_a_change_says_which_version_it_saw(organization: Organization) -> None:
    change = organization.admin.change
    problem(await change("PATCH", "/v1/organization", {"name": "x"}, version=None), 428, "if-match-missing")
    problem(await change("PATCH", "/v1/organization", {"name": "x"}, version=7), 412, "stale-version")


async def test_the_same_key_gives_the_same_answer_and_one_effect(platform: Caller) -> None:
    body = {"name": "Once", "time_zone": "Europe/Berlin"}
    key = str(uuid.uuid4())
    first = await platform.post("/v1/organizations", body, key=key)
    again = await platform.post("/v1/organizations", body, key=key)
    assert again.content == first.content
    assert again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    problem(await platform.post("/v1/organizations", {**body, "name": "Twice"}, key=key), 422, "idempotency-key-reused")
    problem(await platform.post("/v1/organizations", body, key=None), 400, "idempotency-key-missing")


async def test_many_equal_requests_at_once_have_one_effect(platform: Caller) -> None:
    body = {"name": "Race", "time_zone": "Europe/Berlin"}
    key = str(uuid.uuid4())
    answers = await asyncio.gather(*(platform.post("/v1/organizations", body, key=key) for _ in range(12)))
    created = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(created) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


async def test_a_refused_command_can_be_corrected_under_the_same_key(platform: Caller) -> None:
    key = str(uuid.uuid4())
    body = {"name": "Here", "time_zone": "Mars/Olympus"}
    found = problem(await platform.post("/v1/organizations", body, key=key), 422, "unknown-time-zone")
    assert found["errors"][0]["pointer"] == "/body/time_zone"
    ok(await platform.post("/v1/organizations", {**body, "time_zone": "Europe/Berlin"}, key=key), 201)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"time_zone": "Europe/Berlin"}, "missing"),
        ({"name": "", "time_zone": "Europe/Berlin"}, "string-too-short"),
        ({"name": "a\x00b", "time_zone": "Europe/Berlin"}, "value-error"),
        ({"name": "x", "time_zone": "Europe/Berlin", "colour": "red"}, "extra-forbidden"),
        ({"name": "x" * 201, "time_zone": "Europe/Berlin"}, "string-too-long"),
    ],
)
async def test_each_wrong_field_is_named(platform: Caller, body: dict[str, str], code: str) -> None:
    found = problem(await platform.post("/v1/organizations", body), 422, "invalid")
    assert code in {error["code"] for error in found["errors"]}


async def test_every_failure_is_a_problem(app: FastAPI, platform: Caller) -> None:
    nobody = Caller(app, "profile", None)
    nobody.http.headers.pop("authorization")
    assert problem(await nobody.get("/v1/organization"), 401, "unauthenticated")
    assert (await nobody.get("/v1/organization")).headers["www-authenticate"] == "Bearer"
    problem(await platform.get("/v1/organization"), 403, "organization-required")
    problem(await platform.get("/v1/nowhere"), 404, "not-found")
    refused = await platform.change("DELETE", "/v1/organization", version=1)
    problem(refused, 405, "method-not-allowed")
    assert refused.headers["allow"] == "GET, PATCH"
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    unreadable = await platform.http.post("/v1/organizations", content=b"{", headers=headers)
    problem(unreadable, 400, "unreadable-body")
    broken = await platform.http.post("/v1/organizations", content=b'{"name": "\xff"}', headers=headers)
    problem(broken, 400, "unreadable-body")
    large = await platform.http.post("/v1/organizations", content=b" " * 2_000_000, headers=headers)
    problem(large, 413, "too-large")


async def test_the_request_id_comes_back(platform: Caller) -> None:
    answer = await platform.http.get("/v1/nowhere", headers={"x-request-id": "my-request-1"})
    assert answer.headers["x-request-id"] == "my-request-1" == answer.json()["instance"]
    made = await platform.http.get("/v1/nowhere", headers={"x-request-id": "bad id!"})
    assert made.headers["x-request-id"] == made.json()["instance"] != "bad id!"


async def test_the_probes_answer_without_a_token(app: FastAPI, platform: Caller) -> None:
    platform.http.headers.pop("authorization")
    assert ok(await platform.get("/livez")) == {"status": "ok"}
    assert ok(await platform.get("/readyz")) == {"status": "ok"}
