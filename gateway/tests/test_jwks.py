"""Keys that issuers publish: fetched seldom, kept through failures, refetched for a new key, never in a storm."""

from typing import Any

import httpx
import pytest

from gateway.jwks import KEPT_SECONDS, REFETCH_SECONDS, RETRY_SECONDS, FixedKeys, PublishedKeys
from gateway.settings import GatewaySettings
from gateway.tests import issuing
from gateway.tests.conftest import calling, running_gateway, settings
from gateway.tests.servers import serving
from gateway.tests.stub import Answer, Stub
from kit.errors import UnavailableError
from kit.testing.clock import FixedClock


class Provider:
    """An identity provider that counts how often its keys are asked for."""

    def __init__(self, *keys: Any) -> None:
        self.keys: Any = issuing.jwks(*keys)
        self.asked = 0

    async def fetch(self, url: str) -> Any:
        self.asked += 1
        if isinstance(self.keys, Exception):
            raise self.keys
        return self.keys


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


async def test_keys_are_kept_for_ten_minutes(clock: FixedClock) -> None:
    provider = Provider(issuing.RSA)
    keys = PublishedKeys("https://login.example/jwks", provider.fetch, clock)
    for _ in range(100):
        assert await keys.find("rsa") is not None
    clock.advance(seconds=KEPT_SECONDS - 1)
    await keys.find("rsa")
    assert provider.asked == 1
    clock.advance(seconds=1)
    await keys.find("rsa")
    assert provider.asked == 2


async def test_a_new_key_is_found_after_a_minute_at_most(clock: FixedClock) -> None:
    provider = Provider(issuing.RSA)
    keys = PublishedKeys("https://login.example/jwks", provider.fetch, clock)
    await keys.find("rsa")
    provider.keys = issuing.jwks(issuing.RSA, issuing.EC)
    assert await keys.find("ec") is None
    clock.advance(seconds=REFETCH_SECONDS)
    assert await keys.find("ec") is not None


async def test_a_storm_of_unknown_keys_asks_once_a_minute(clock: FixedClock) -> None:
    provider = Provider(issuing.RSA)
    keys = PublishedKeys("https://login.example/jwks", provider.fetch, clock)
    for minute in range(3):
        for number in range(500):
            assert await keys.find(f"unknown-{minute}-{number}") is None
        clock.advance(seconds=REFETCH_SECONDS)
    assert provider.asked == 3


async def test_keys_stay_in_use_while_the_provider_is_away(clock: FixedClock) -> None:
    provider = Provider(issuing.RSA)
    keys = PublishedKeys("https://login.example/jwks", provider.fetch, clock)
    await keys.find("rsa")
    for failure in (UnavailableError("away"), ValueError("not JSON")):
        provider.keys = failure
        clock.advance(seconds=KEPT_SECONDS)
        assert await keys.find("rsa") is not None
    provider.keys = {"no": "keys"}
    clock.advance(seconds=KEPT_SECONDS)
    assert await keys.find("rsa") is not None


async def test_a_provider_that_was_never_there_is_unavailable_and_asked_again_soon(clock: FixedClock) -> None:
    provider = Provider(issuing.RSA)
    published, provider.keys = provider.keys, UnavailableError("away")
    keys = PublishedKeys("https://login.example/jwks", provider.fetch, clock)
    for _ in range(10):
        with pytest.raises(UnavailableError):
            await keys.find("rsa")
    assert provider.asked == 1
    provider.keys = published
    clock.advance(seconds=RETRY_SECONDS)
    assert await keys.find("rsa") is not None


async def test_keys_that_cannot_sign_tokens_are_left_out() -> None:
    secret = {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"}
    encryption = {**issuing.RSA.as_dict(private=False), "use": "enc", "kid": "encryption"}
    broken = {"kty": "RSA", "kid": "broken", "n": 7}
    keys = FixedKeys({"keys": [secret, encryption, broken, "text", {"kty": "new"}, *issuing.jwks(issuing.EC)["keys"]]})
    for left_out in ("secret", "encryption", "broken"):
        assert await keys.find(left_out) is None
    assert await keys.find("ec") is not None
    assert await keys.find(None) is not None, "the only key needs no name"


async def test_keys_are_fetched_over_http_and_a_storm_stays_here(stub: Stub, services: str) -> None:
    provider = Stub()
    provider.answers["/jwks"] = Answer(body=httpx.Response(200, json=issuing.jwks()).content)
    async with serving(provider) as address:
        published = issuing.issuer(jwks=None, jwks_url=f"{address}/jwks")
        async with running_gateway(services, issuers=[published]) as gateway, calling(gateway) as client:
            assert (await client.get("/v1/people")).status_code == 200
            for number in range(20):
                token = issuing.token(header={"kid": f"unknown-{number}"})
                response = await client.get("/v1/people", headers={"Authorization": f"Bearer {token}"})
                assert response.status_code == 401
    assert len(provider.requests) == 1
    assert provider.last.values("authorization") == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(302, headers=[("location", "/elsewhere")]),
        Answer(body=b"not json"),
        Answer(body=b'{"keys": [' + b" " * 300_000 + b"]}"),
    ],
)
async def test_a_provider_that_answers_nonsense_makes_tokens_unverifiable(
    stub: Stub, services: str, answer: Answer
) -> None:
    provider = Stub()
    provider.answers["/jwks"] = answer
    async with serving(provider) as address:
        published = issuing.issuer(jwks=None, jwks_url=f"{address}/jwks")
        async with running_gateway(services, issuers=[published]) as gateway, calling(gateway) as client:
            response = await client.get("/v1/people")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert len(provider.requests) == 1
    assert stub.requests == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"jwks": None}, "either jwks or jwks_url"),
        ({"jwks_url": "https://login.example/jwks"}, "either jwks or jwks_url"),
        ({"jwks": None, "jwks_url": "http://login.example/jwks"}, "over https"),
        ({"organization_id": None}, "either organization_id or platform"),
        ({"platform": True}, "either organization_id or platform"),
        ({"person_key": "name"}, "person_key"),
    ],
)
def test_an_issuer_that_is_not_safe_is_refused_at_start(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        settings("http://127.0.0.1:1", environment="production", issuers=[issuing.issuer(**wrong)])


def test_an_issuer_is_listed_once() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        settings("http://127.0.0.1:1", issuers=[issuing.issuer(), issuing.issuer(audience="other")])


def test_issuers_come_from_the_environment_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings("http://127.0.0.1:1")
    monkeypatch.setenv("GATEWAY_SIGNING_KEY", '{"kty":"OKP"}')
    monkeypatch.setenv("GATEWAY_ISSUERS", f"[{given.issuers[0].model_dump_json()}]")
    monkeypatch.setenv("GATEWAY_TOKEN_ALGORITHMS", '["RS256"]')
    read = GatewaySettings()
    assert (read.issuers, read.token_algorithms, read.environment) == (given.issuers, ("RS256",), "production")
