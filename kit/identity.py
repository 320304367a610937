"""Who is calling: the principal, and the short-lived internal token that carries it between processes.

A token is a JWT (RFC 7519) signed with EdDSA (by the name `Ed25519`, RFC 9864); it names one audience and lives
60 seconds.
The organization comes from the token only, never from a header, a path or a body.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kit.errors import ForbiddenError, UnauthenticatedError
from kit.ids import TimeOrderedIds

ALGORITHM = "Ed25519"
LIFETIME_SECONDS = 60
LEEWAY_SECONDS = 5
INTERNAL_SCOPE = "internal"
_CACHED_TOKENS = 4096


class PersonRequiredError(ForbiddenError):
    """The operation belongs to a person."""

    code = "person-required"
    title = "Only a person of the organization can do this"


class RoleRequiredError(ForbiddenError):
    """The operation needs a role."""

    code = "role-required"
    title = "Another role is needed"


class OrganizationRequiredError(ForbiddenError):
    """The operation happens inside an organization."""

    code = "organization-required"
    title = "The token names no organization"


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller."""

    subject: str
    organization: str | None = None
    person: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def organization_id(self) -> str:
        """The caller's organization; refused where there is none."""
        if self.organization is None:
            raise OrganizationRequiredError("Use a token of an organization.")
        return self.organization

    @property
    def person_id(self) -> str:
        """The person that the caller is; refused where the caller is none."""
        if self.person is None:
            raise PersonRequiredError("Use a token that is linked to a person of the organization.")
        return self.person

    def has_role(self, *roles: str) -> bool:
        """Whether the caller has one of the roles."""
        return not self.roles.isdisjoint(roles)

    def require_role(self, *roles: str) -> None:
        """Refuse a caller that has none of the roles."""
        if not self.has_role(*roles):
            raise RoleRequiredError(f"This needs one of the roles: {', '.join(sorted(roles))}.")


class TokenMinter:
    """Mints internal tokens in the name of one issuer."""

    def __init__(self, issuer: str, private_key: Mapping[str, Any]) -> None:
        self._issuer = issuer
        self._key = OKPKey.import_key(dict(private_key))
        self._ids = TimeOrderedIds()

    def mint(
        self,
        audience: str,
        *,
        subject: str | None = None,
        organization_id: str | None = None,
        person_id: str | None = None,
        roles: frozenset[str] = frozenset(),
        scopes: frozenset[str] = frozenset(),
    ) -> str:
        """A token for one audience; without a subject it speaks for the issuer itself."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "sub": subject or self._issuer,
            "org": organization_id,
            "person": person_id,
            "roles": sorted(roles),
            "scopes": sorted(scopes),
            "jti": self._ids.new("tok"),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])


class TokenVerifier:
    """Checks internal tokens for one audience against the public keys of the trusted issuers."""

    def __init__(self, audience: str, trusted_keys: Mapping[str, Mapping[str, Any]]) -> None:
        self._audience = audience
        self._keys = {issuer: OKPKey.import_key(dict(key)) for issuer, key in trusted_keys.items()}
        self._verified: dict[bytes, tuple[float, Principal]] = {}

    def verify(self, token: str) -> Principal:
        """The principal that the token speaks for; `UnauthenticatedError` for any doubt."""
        now = time.time()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._verified.get(digest)
        if known is not None and known[0] > now:
            return known[1]
        claims = self._claims(token)
        if claims.get("aud") != self._audience or not isinstance(claims.get("exp"), int):
            raise UnauthenticatedError("The token is for another service.")
        if claims["exp"] + LEEWAY_SECONDS < now or claims.get("iat", now) - LEEWAY_SECONDS > now:
            raise UnauthenticatedError("The token has expired or is not valid yet.")
        principal = Principal(
            subject=str(claims["sub"]),
            organization=claims.get("org"),
            person=claims.get("person"),
            roles=frozenset(claims.get("roles", ())),
            scopes=frozenset(claims.get("scopes", ())),
        )
        if len(self._verified) >= _CACHED_TOKENS:
            self._verified.clear()
        self._verified[digest] = (claims["exp"], principal)
        return principal

    def _claims(self, token: str) -> dict[str, Any]:
        for issuer, key in self._keys.items():
            try:
                claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
            except (JoseError, ValueError):
                continue
            if claims.get("iss") == issuer:
                return claims
        raise UnauthenticatedError("The token is not valid here.")


def current_principal(request: Request) -> Principal:
    """The caller, as the request boundary has verified it."""
    principal: Principal | None = request.scope.get("principal")
    if principal is None:
        raise UnauthenticatedError("Send a token: Authorization: Bearer …")
    return principal


async def caller(request: Request) -> Principal:
    """Dependency: the authenticated caller."""
    return current_principal(request)


async def require_internal(request: Request) -> Principal:
    """Dependency: another service of this system, speaking for itself."""
    principal = current_principal(request)
    if INTERNAL_SCOPE not in principal.scopes:
        raise ForbiddenError("This is for the services of this system only.")
    return principal


Caller = Annotated[Principal, Depends(caller)]
InternalCaller = Annotated[Principal, Depends(require_internal)]
