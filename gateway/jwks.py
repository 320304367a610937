"""The keys that issuers sign with: fixed ones from the settings, or published ones (RFC 7517), kept and refetched."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from kit.clock import Clock
from kit.errors import ExpectedError, UnavailableError

KEPT_SECONDS = 600
REFETCH_SECONDS = 60
"""How often, at most, a key that is not known makes the keys be fetched again."""
RETRY_SECONDS = 5

_ASYMMETRIC: Mapping[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
FetchJson = Callable[[str], Awaitable[Any]]
log = structlog.get_logger(__name__)


def modern_name(algorithm: str) -> str:
    """The algorithm's name since RFC 9864, which replaced the one that left the curve open."""
    return "Ed25519" if algorithm == "EdDSA" else algorithm


class IssuerKeys(Protocol):
    """The keys of one issuer."""

    async def find(self, key_id: str | None) -> Key | None:
        """The key that a token names; a token that names none gets the issuer's only key."""
        ...


class FixedKeys:
    """Keys that do not change while the process runs."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = _usable(jwks)

    async def find(self, key_id: str | None) -> Key | None:
        """The key that a token names."""
        return _chosen(self._keys, key_id)


class PublishedKeys:
    """Keys behind an address. Keys that were fetched stay in use while the address does not answer."""

    def __init__(self, url: str, fetch: FetchJson, clock: Clock) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._keys: list[Key] | None = None
        self._asked_at = float("-inf")
        self._refreshing = asyncio.Lock()

    async def find(self, key_id: str | None) -> Key | None:
        """The key that a token names."""
        keys = await self._at_most(KEPT_SECONDS)
        return _chosen(keys, key_id) or _chosen(await self._at_most(REFETCH_SECONDS), key_id)

    async def _at_most(self, seconds: float) -> list[Key]:
        async with self._refreshing:
            age = self._clock.now().timestamp() - self._asked_at
            if age >= (RETRY_SECONDS if self._keys is None else seconds):
                self._asked_at = self._clock.now().timestamp()
                try:
                    self._keys = _usable(await self._fetch(self._url))
                except (ExpectedError, ValueError) as error:
                    log.warning("The keys of an issuer could not be fetched.", url=self._url, error=str(error))
            if self._keys is None:
                raise UnavailableError("The identity provider's keys cannot be fetched. Try again.")
            return self._keys


def _usable(jwks: Any) -> list[Key]:
    keys: list[Key] = []
    for entry in _entries(jwks):
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") not in _ASYMMETRIC:
            continue
        try:
            named = {"alg": modern_name(entry["alg"])} if "alg" in entry else {}
            keys.append(_ASYMMETRIC[entry["kty"]].import_key({**entry, **named}))
        except (JoseError, ValueError, TypeError):
            log.warning("A key of an issuer is not understood and was left out.", key_id=str(entry.get("kid")))
    return keys


def _entries(jwks: Any) -> list[Any]:
    match jwks:
        case {"keys": [*entries]}:
            return entries
        case _:
            raise ValueError("a key set needs the member keys")


def _chosen(keys: list[Key], key_id: str | None) -> Key | None:
    if key_id is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.get("kid") == key_id), None)
