"""Who is calling: an outside token, checked, becomes a caller of an organization."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.errors import InvalidTokenError, PersonInactiveError
from gateway.outside_tokens import OutsideTokens
from gateway.settings import IssuerSettings
from gateway.token_cache import TokenCache
from kit.clock import Clock
from kit.errors import UnauthenticatedError
from kit.identity import TokenMinter

KEPT_SECONDS = 60
UNLINKED_KEPT_SECONDS = 5
"""A subject that is nobody yet may be imported any moment."""
REFUSAL_KEPT_SECONDS = 10
MINTED_KEPT_SECONDS = 25
_KEPT_TOKENS = 10_000
_KEPT_REFUSALS = 1_000
_LONGEST_TEXT = 255

_GRANTED_BY_ORGANIZATION = frozenset(("coordinator", "org_admin", "integration"))
_GRANTED_BY_PLATFORM = frozenset(("platform_operator",))
_MEMBER = "member"


@dataclass(frozen=True, slots=True)
class PersonLink:
    """The person whom a token speaks for."""

    person_id: str
    active: bool


class People(Protocol):
    """Knows the people of the organizations."""

    async def find(self, organization_id: str, key: str, value: str) -> PersonLink | None:
        """The person with this key, if the organization has one."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated caller, with the internal tokens that were minted for it."""

    subject: str
    organization_id: str | None
    person: PersonLink | None
    roles: frozenset[str]
    minted: dict[str, tuple[float, str]] = field(default_factory=dict, compare=False, repr=False)


class Authenticator:
    """Checks outside tokens and mints the internal ones."""

    def __init__(
        self,
        tokens: OutsideTokens,
        people: People,
        minter: TokenMinter,
        clock: Clock,
    ) -> None:
        self._tokens = tokens
        self._people = people
        self._minter = minter
        self._clock = clock
        self._callers: TokenCache[Caller] = TokenCache(clock, _KEPT_TOKENS)
        self._refusals: TokenCache[str] = TokenCache(clock, _KEPT_REFUSALS)

    async def authenticate(self, authorization: str | None) -> Caller:
        """The caller; refused for any doubt about the token, or if the person is not active."""
        token = _bearer(authorization)
        caller = self._callers.find(token)
        if caller is None:
            if (refusal := self._refusals.find(token)) is not None:
                raise InvalidTokenError(refusal)
            caller = await self._checked(token)
        if caller.person is not None and not caller.person.active:
            raise PersonInactiveError("Ask an administrator of your organization.")
        return caller

    def internal_token(self, caller: Caller, audience: str) -> str:
        """A token for one service that speaks for the caller."""
        now = self._clock.now().timestamp()
        kept = caller.minted.get(audience)
        if kept is not None and kept[0] > now:
            return kept[1]
        token = self._minter.mint(
            audience,
            subject=caller.subject,
            organization_id=caller.organization_id,
            person_id=caller.person.person_id if caller.person else None,
            roles=caller.roles,
        )
        caller.minted[audience] = (now + MINTED_KEPT_SECONDS, token)
        return token

    async def _checked(self, token: str) -> Caller:
        now = self._clock.now().timestamp()
        try:
            issuer, claims = await self._tokens.verify(token)
        except InvalidTokenError as error:
            self._refusals.keep(token, error.detail, now + REFUSAL_KEPT_SECONDS)
            raise
        person = await self._person(issuer.settings, claims)
        caller = Caller(claims["sub"], issuer.settings.organization_id, person, _roles(issuer.settings, claims, person))
        kept = KEPT_SECONDS if person is not None or caller.organization_id is None else UNLINKED_KEPT_SECONDS
        self._callers.keep(token, caller, min(claims["exp"], now + kept))
        return caller

    async def _person(self, issuer: IssuerSettings, claims: dict[str, Any]) -> PersonLink | None:
        value = claims.get(issuer.person_claim)
        if issuer.organization_id is None or not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
            return None
        if issuer.person_key == "work_email" and claims.get("email_verified") is False:
            return None
        return await self._people.find(issuer.organization_id, issuer.person_key, value)


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("Send a token: Authorization: Bearer …")
    return token


def _roles(issuer: IssuerSettings, claims: dict[str, Any], person: PersonLink | None) -> frozenset[str]:
    claimed = claims.get(issuer.roles_claim, ())
    if isinstance(claimed, str):
        claimed = claimed.split()
    names = frozenset(name for name in claimed if isinstance(name, str)) if isinstance(claimed, list) else frozenset()
    granted = names & (_GRANTED_BY_PLATFORM if issuer.platform else _GRANTED_BY_ORGANIZATION)
    return granted | {_MEMBER} if person is not None else granted
