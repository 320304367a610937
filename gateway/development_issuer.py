"""Tokens for a developer's own machine, from an issuer inside the gateway. Never outside the local environment."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import Field

from gateway.issuers import Issuer
from gateway.jwks import FixedKeys
from gateway.settings import IssuerSettings
from kit.clock import Clock
from kit.ids import id_of
from kit.schemas import Input, Output, Text

PREFIX = "http://localhost/dev/"
AUDIENCE = "bothways"
LIFETIME_SECONDS = 24 * 60 * 60
_PLATFORM = "platform"
_ALGORITHM = "Ed25519"

Role = Literal["coordinator", "org_admin", "integration", "platform_operator"]


class DevelopmentTokenRequest(Input):
    """Whom the token speaks for."""

    organization_id: Annotated[str, id_of("org")] | None = None
    """Without one, the token is of the platform's operator."""
    person_id: Annotated[str, id_of("per")] | None = None
    roles: Annotated[list[Role], Field(max_length=4)] = []
    subject: Annotated[str, Text(255, min_length=1)] | None = None


class DevelopmentToken(Output):
    """A token, as RFC 6749 has it."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme of RFC 6750 is no secret
    expires_in: int


class DevelopmentIssuer:
    """Signs tokens for any organization, each under an issuer name of its own."""

    def __init__(self, private_key: Mapping[str, Any] | None, clock: Clock) -> None:
        self._key = OKPKey.import_key(dict(private_key)) if private_key else OKPKey.generate_key("Ed25519")
        self._keys = FixedKeys({"keys": [self._key.as_dict(private=False)]})
        self._clock = clock

    def find(self, name: str) -> Issuer | None:
        """The issuer for the organization that the name ends with."""
        if not name.startswith(PREFIX):
            return None
        owner = name.removeprefix(PREFIX)
        platform = owner == _PLATFORM
        settings = IssuerSettings(
            issuer=name,
            audience=AUDIENCE,
            jwks={},
            organization_id=None if platform else owner,
            person_claim="person_id",
            person_key="id",
            platform=platform,
        )
        return Issuer(settings, self._keys)

    def issue(self, request: DevelopmentTokenRequest) -> DevelopmentToken:
        """A token for whom the request names."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": PREFIX + (request.organization_id or _PLATFORM),
            "aud": AUDIENCE,
            "sub": request.subject or request.person_id or "developer",
            "person_id": request.person_id,
            "roles": request.roles,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        token = jwt.encode({"alg": _ALGORITHM}, claims, self._key, algorithms=[_ALGORITHM])
        return DevelopmentToken(access_token=token, expires_in=LIFETIME_SECONDS)


def development_routes(issuer: DevelopmentIssuer) -> APIRouter:
    """The route that hands out development tokens."""
    router = APIRouter()

    @router.post("/dev/token")
    async def development_token_create(request: DevelopmentTokenRequest) -> DevelopmentToken:
        """Make a token to develop with."""
        return issuer.issue(request)

    return router
