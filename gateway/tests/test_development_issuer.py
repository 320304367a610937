"""Development tokens: good on a developer's machine, and nowhere else."""

import json
from typing import Any

import httpx
import pytest

from gateway.development_issuer import LIFETIME_SECONDS
from gateway.tests.conftest import PERSON, calling, running_gateway, settings
from gateway.tests.issuing import ORGANIZATION
from gateway.tests.stub import Stub
from gateway.tests.test_authentication import principal
from kit.http_client import raw_client
from kit.identity import Principal
from kit.testing.keys import private_key


async def development_token(address: str, **request: Any) -> httpx.Response:
    async with raw_client(address) as client:
        return await client.post("/dev/token", json=request)


async def test_a_development_token_speaks_for_whom_it_names(gateway: str, stub: Stub) -> None:
    stub.people[ORGANIZATION, "id", PERSON] = (PERSON, True)
    made = await development_token(gateway, organization_id=ORGANIZATION, person_id=PERSON, roles=["coordinator"])
    assert made.headers["cache-control"] == "no-store"
    token = made.json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", LIFETIME_SECONDS)
    async with calling(gateway, token["access_token"]) as client:
        assert (await client.get("/v1/people")).status_code == 200
    assert principal(stub) == Principal(PERSON, ORGANIZATION, PERSON, frozenset({"coordinator", "member"}))


async def test_without_a_person_it_speaks_for_an_integration(gateway: str, stub: Stub) -> None:
    made = await development_token(gateway, organization_id=ORGANIZATION, roles=["integration"], subject="hris")
    async with calling(gateway, made.json()["access_token"]) as client:
        await client.get("/v1/people")
    assert principal(stub) == Principal("hris", ORGANIZATION, None, frozenset({"integration"}))
    assert stub.look_ups == 0


async def test_without_an_organization_it_speaks_for_the_platform(gateway: str, stub: Stub) -> None:
    made = await development_token(gateway, roles=["platform_operator"])
    async with calling(gateway, made.json()["access_token"]) as client:
        await client.get("/v1/organizations")
    assert principal(stub) == Principal("developer", None, None, frozenset({"platform_operator"}))


async def test_an_organizations_token_never_grants_the_platforms_role(gateway: str, stub: Stub) -> None:
    made = await development_token(gateway, organization_id=ORGANIZATION, roles=["platform_operator"])
    async with calling(gateway, made.json()["access_token"]) as client:
        await client.get("/v1/organizations")
    assert principal(stub).roles == frozenset()


@pytest.mark.parametrize(
    "request_", [{"roles": ["superuser"]}, {"organization_id": "platform"}, {"unknown": 1}, {"person_id": "x"}]
)
async def test_a_bad_request_for_a_token_is_a_problem(gateway: str, request_: dict[str, Any]) -> None:
    response = await development_token(gateway, **request_)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")


async def test_a_given_key_keeps_tokens_good_over_a_restart(stub: Stub, services: str) -> None:
    key = json.dumps(private_key("matching"))
    async with running_gateway(services, development_key=key) as first:
        made = await development_token(first, organization_id=ORGANIZATION)
    async with (
        running_gateway(services, development_key=key) as second,
        calling(second, made.json()["access_token"]) as client,
    ):
        assert (await client.get("/v1/people")).status_code == 200


async def test_a_token_of_another_development_issuer_is_refused(gateway: str, stub: Stub, services: str) -> None:
    async with running_gateway(services) as elsewhere:
        made = await development_token(elsewhere, organization_id=ORGANIZATION)
    async with calling(gateway, made.json()["access_token"]) as client:
        assert (await client.get("/v1/people")).status_code == 401


async def test_elsewhere_than_on_a_developers_machine_there_is_no_such_route(gateway: str, services: str) -> None:
    made = await development_token(gateway, organization_id=ORGANIZATION)
    async with running_gateway(services, environment="production") as production:
        assert (await development_token(production, organization_id=ORGANIZATION)).status_code == 404
        async with calling(production, made.json()["access_token"]) as client:
            assert (await client.get("/v1/people")).status_code == 401


def test_a_development_key_elsewhere_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="development issuer is refused"):
        settings("http://127.0.0.1:1", environment="production", development_key=json.dumps(private_key("gateway")))


def test_a_development_key_comes_from_the_environment_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DEVELOPMENT_KEY", json.dumps(private_key("gateway")))
    with pytest.raises(ValueError, match="development issuer is refused"):
        settings("http://127.0.0.1:1", environment="production")
    assert settings("http://127.0.0.1:1").development_jwk() == private_key("gateway")
    assert private_key("gateway")["d"] not in repr(settings("http://127.0.0.1:1"))
