"""Who is believed, and as whom."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gateway.tests import issuing
from gateway.tests.conftest import PERSON, calling, running_gateway
from gateway.tests.stub import Stub
from kit.http_client import raw_client
from kit.identity import Principal, TokenVerifier
from kit.testing.keys import public_keys


def seconds_from_now(seconds: int) -> int:
    return int(time.time()) + seconds


OTHER = f"org_{'9' * 32}"


def principal(stub: Stub, audience: str = "profile") -> Principal:
    """Whom the last request that reached a service speaks for."""
    return TokenVerifier(audience, public_keys()).verify(stub.last.value("authorization").removeprefix("Bearer "))


async def get(gateway: str, token: str, path: str = "/v1/people") -> httpx.Response:
    async with calling(gateway, token) as client:
        return await client.get(path)


def tampered() -> str:
    header, _, signature = issuing.token().split(".")
    return f"{header}.{issuing.token(sub='somebody-else').split('.')[1]}.{signature}"


REFUSED: dict[str, Callable[[], str]] = {
    "algorithm none": lambda: issuing.forged({"alg": "none"}, lambda _: b""),
    "HS256 with the public key": lambda: issuing.forged(
        {"alg": "HS256", "kid": "rsa"}, issuing.by_secret(issuing.RSA.as_pem(private=False))
    ),
    "payload exchanged": tampered,
    "a key of the same name that is not the issuer's": lambda: issuing.token(issuing.FOREIGN),
    "an unknown key": lambda: issuing.token(header={"kid": "nobody"}),
    "no key named where there are several": lambda: issuing.forged({"alg": "RS256"}, issuing.by(issuing.RSA)),
    "a key of another kind": lambda: issuing.token(header={"kid": "ec"}),
    "an algorithm that is not accepted": lambda: issuing.token(algorithm="RS512"),
    "an address of keys in the header": lambda: issuing.forged(
        {"alg": "RS256", "jku": "https://evil.example/jwks", "kid": "x"}, issuing.by(issuing.FOREIGN)
    ),
    "its own key in the header": lambda: issuing.forged(
        {"alg": "RS256", "jwk": issuing.FOREIGN.as_dict(private=False)}, issuing.by(issuing.FOREIGN)
    ),
    "a critical header that is not understood": lambda: issuing.forged(
        {"alg": "RS256", "kid": "rsa", "crit": ["vendor"], "vendor": 1}, issuing.by(issuing.RSA)
    ),
    "the name of a key that is no text": lambda: issuing.forged({"alg": "RS256", "kid": 7}, issuing.by(issuing.RSA)),
    "a critical header that is no list": lambda: issuing.forged(
        {"alg": "RS256", "kid": "rsa", "crit": 7}, issuing.by(issuing.RSA)
    ),
    "wrong audience": lambda: issuing.token(aud="https://elsewhere.example"),
    "no audience": lambda: issuing.token(aud=None),
    "audience list without us": lambda: issuing.token(aud=["a", "b"]),
    "unknown issuer": lambda: issuing.token(iss="https://login.evil.example/"),
    "no issuer": lambda: issuing.token(iss=None),
    "issuer that is no text": lambda: issuing.token(iss=[issuing.ISSUER]),
    "expired": lambda: issuing.token(exp=seconds_from_now(-61)),
    "no expiry": lambda: issuing.token(exp=None),
    "expiry that is no number": lambda: issuing.token(exp="tomorrow"),
    "not valid yet": lambda: issuing.token(nbf=seconds_from_now(600)),
    "no subject": lambda: issuing.token(sub=None),
    "empty subject": lambda: issuing.token(sub=""),
    "subject that is no text": lambda: issuing.token(sub=7),
    "endless subject": lambda: issuing.token(sub="x" * 256),
    "no token at all": lambda: "garbage",
    "two parts": lambda: "e30.e30",
    "five parts": lambda: "e30.e30.e30.e30.e30",
    "parts that are no objects": lambda: "W10.W10.x",
    "deeply nested": lambda: "W1tb" * 3000 + ".e30.x",
    "not ASCII": lambda: "é.é.é",
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_token_in_doubt_is_refused(gateway: str, stub: Stub, case: str) -> None:
    token = REFUSED[case]()
    for _ in range(2):  # the second answer comes from the memory of refusals
        async with raw_client(gateway) as client:
            response = await client.get("/v1/people", headers={b"Authorization": f"Bearer {token}".encode()})
        assert response.status_code == 401
        assert response.json()["code"] == "invalid-token"
        assert response.headers["www-authenticate"].startswith("Bearer")
    assert stub.requests == []
    assert stub.look_ups == 0


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic dTpw", "bearer"])
async def test_without_a_token_the_answer_says_how_to_send_one(gateway: str, stub: Stub, header: str | None) -> None:
    async with raw_client(gateway) as client:
        response = await client.get("/v1/people", headers={} if header is None else {"Authorization": header})
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"
    assert stub.requests == []


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (issuing.RSA, "RS256"),
        (issuing.RSA, "PS256"),
        (issuing.EC, "ES256"),
        (issuing.OKP, "Ed25519"),
        pytest.param(
            issuing.OKP,
            "EdDSA",
            # The library warns whoever signs by the algorithm's old name; identity providers still do.
            marks=pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning"),
        ),
    ],
)
async def test_every_accepted_algorithm_is_verified(gateway: str, stub: Stub, key: Any, algorithm: str) -> None:
    assert (await get(gateway, issuing.token(key, algorithm))).status_code == 200
    assert principal(stub).person_id == PERSON


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -30},
        {"nbf": 30},
        {"aud": ["other", issuing.AUDIENCE]},
        {"unknown": {"deep": [1]}},
    ],
)
async def test_clocks_may_differ_by_a_minute_and_tokens_may_say_more(
    gateway: str, stub: Stub, claims: dict[str, Any]
) -> None:
    told: dict[str, Any] = {**claims}
    told.update({name: seconds_from_now(claims[name]) for name in ("exp", "nbf") if name in claims})
    assert (await get(gateway, issuing.token(**told))).status_code == 200


async def test_a_header_may_say_more_than_is_known(gateway: str, stub: Stub) -> None:
    header = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt", "x5t": "abc", "vendor": "1"}
    assert (await get(gateway, issuing.forged(header, issuing.by(issuing.RSA)))).status_code == 200


async def test_the_organization_comes_from_our_table_and_never_from_a_claim(gateway: str, stub: Stub) -> None:
    named: dict[str, Any] = dict.fromkeys(("org", "organization_id", "org_id", "tid", "person", "person_id"), OTHER)
    await get(gateway, issuing.token(**named))
    assert principal(stub) == Principal("E-7", issuing.ORGANIZATION, PERSON, frozenset({"member"}), frozenset())


async def test_the_internal_token_is_for_the_service_that_is_asked(gateway: str, stub: Stub) -> None:
    for path, audience in (("/v1/people", "profile"), ("/v1/programs", "matching"), ("/v1/notes/not_1", "sessions")):
        await get(gateway, issuing.token(), path)
        assert principal(stub, audience).organization_id == issuing.ORGANIZATION


@pytest.mark.parametrize(
    ("claimed", "granted"),
    [
        (["coordinator", "org_admin", "integration"], {"coordinator", "org_admin", "integration", "member"}),
        ("coordinator org_admin", {"coordinator", "org_admin", "member"}),
        (["platform_operator", "superuser", "internal", "member", 7, None], {"member"}),
        ({"coordinator": True}, {"member"}),
        (None, {"member"}),
    ],
)
async def test_roles_are_granted_by_an_allow_list(gateway: str, stub: Stub, claimed: Any, granted: set[str]) -> None:
    await get(gateway, issuing.token(roles=claimed, scope="internal", scopes=["internal"]))
    assert principal(stub).roles == granted
    assert principal(stub).scopes == frozenset()


async def test_a_subject_that_is_nobody_yet_has_no_person_and_is_no_member(gateway: str, stub: Stub) -> None:
    await get(gateway, issuing.token(sub="E-unknown", roles=["org_admin"]))
    assert principal(stub) == Principal("E-unknown", issuing.ORGANIZATION, None, frozenset({"org_admin"}))


async def test_an_inactive_person_is_refused(gateway: str, stub: Stub) -> None:
    stub.people[issuing.ORGANIZATION, "external_id", "E-8"] = (PERSON, False)
    for _ in range(2):
        response = await get(gateway, issuing.token(sub="E-8", roles=["org_admin"]))
        assert (response.status_code, response.json()["code"]) == (403, "person-inactive")
    assert stub.requests == []


async def test_a_person_may_be_found_by_another_claim(stub: Stub, services: str) -> None:
    stub.people[issuing.ORGANIZATION, "work_email", "ada%2Bx%40example.com"] = (PERSON, True)
    by_mail = issuing.issuer(person_claim="email", person_key="work_email", roles_claim="https://example.com/roles")
    async with running_gateway(services, issuers=[by_mail]) as gateway:
        mail: dict[str, Any] = {"email": "ada+x@example.com", "https://example.com/roles": ["coordinator"]}
        await get(gateway, issuing.token(**mail))
        assert principal(stub).roles == {"member", "coordinator"}
        await get(gateway, issuing.token(**mail, email_verified=False))
        assert principal(stub).person is None


async def test_only_the_platforms_own_issuer_grants_the_platforms_role(stub: Stub, services: str) -> None:
    platform = issuing.issuer(organization_id=None, platform=True)
    async with running_gateway(services, issuers=[platform]) as gateway:
        await get(gateway, issuing.token(roles=["platform_operator", "org_admin"]))
        assert principal(stub) == Principal("E-7", None, None, frozenset({"platform_operator"}))
    assert stub.look_ups == 0


async def test_the_same_token_is_verified_and_looked_up_once(gateway: str, stub: Stub) -> None:
    token = issuing.token(jti="kept")
    for _ in range(3):
        await get(gateway, token)
    assert stub.look_ups == 1
    assert len({request.value("authorization") for request in stub.requests}) == 1


async def test_no_token_is_logged(gateway: str, stub: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    token = issuing.token(jti="secret")
    await get(gateway, token, "/v1/people?q=Ada%20Lovelace")
    await get(gateway, token + "x")
    printed = capsys.readouterr()
    for secret in (token, token.split(".")[1], stub.last.value("authorization"), "Lovelace"):
        assert secret not in printed.out + printed.err
