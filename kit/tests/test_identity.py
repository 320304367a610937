import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from kit.errors import ForbiddenError, UnauthenticatedError
from kit.identity import Principal, TokenMinter, TokenVerifier
from kit.testing.keys import minter, private_key, public_keys

ORGANIZATION = "org_" + "1" * 32


def verifier(audience: str = "profile") -> TokenVerifier:
    return TokenVerifier(audience, public_keys())


def test_a_minted_token_gives_its_principal_back() -> None:
    token = minter().mint(
        "profile", subject="ada", organization_id=ORGANIZATION, person_id="per_1", roles=frozenset({"coordinator"})
    )
    assert verifier().verify(token) == Principal("ada", ORGANIZATION, "per_1", frozenset({"coordinator"}), frozenset())


def test_a_token_for_another_service_is_refused() -> None:
    with pytest.raises(UnauthenticatedError):
        verifier().verify(minter().mint("matching", organization_id=ORGANIZATION))


def test_a_token_of_an_unknown_issuer_is_refused() -> None:
    stranger = TokenMinter("gateway", OKPKey.generate_key("Ed25519").as_dict(private=True))
    with pytest.raises(UnauthenticatedError):
        verifier().verify(stranger.mint("profile", organization_id=ORGANIZATION))


def test_one_issuer_cannot_speak_in_the_name_of_another() -> None:
    token = TokenMinter("gateway", private_key("sessions")).mint("profile", organization_id=ORGANIZATION)
    with pytest.raises(UnauthenticatedError):
        verifier().verify(token)


@pytest.mark.parametrize("claims", [{"exp": 1}, {"exp": None}, {"exp": "soon"}, {"iat": 9_999_999_999}])
def test_a_token_outside_its_time_is_refused(claims: dict[str, object]) -> None:
    now = int(time.time())
    body = {"iss": "gateway", "aud": "profile", "sub": "ada", "iat": now, "exp": now + 60, **claims}
    key = OKPKey.import_key(private_key("gateway"))
    with pytest.raises(UnauthenticatedError):
        verifier().verify(jwt.encode({"alg": "Ed25519"}, body, key, algorithms=["Ed25519"]))


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    now = int(time.time())
    body = {"iss": "gateway", "aud": "profile", "sub": "ada", "iat": now, "exp": now + 60}
    secret = OctKey.import_key(public_keys()["gateway"]["x"] + "padding-to-a-fair-length")
    with pytest.raises(UnauthenticatedError):
        verifier().verify(jwt.encode({"alg": "HS256"}, body, secret, algorithms=["HS256"]))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "." * 5000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        verifier().verify(token)


def test_a_principal_without_an_organization_or_person_cannot_act_as_one() -> None:
    principal = Principal("somebody")
    for name in ("organization_id", "person_id"):
        with pytest.raises(ForbiddenError):
            getattr(principal, name)
    with pytest.raises(ForbiddenError):
        principal.require_role("coordinator")
