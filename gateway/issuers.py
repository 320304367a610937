"""Whose tokens are believed, and whose people they speak for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.jwks import FetchJson, FixedKeys, IssuerKeys, PublishedKeys
from gateway.settings import IssuerSettings
from kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer: what it may say, and the keys it says it with."""

    settings: IssuerSettings
    keys: IssuerKeys


class IssuerDirectory(Protocol):
    """Knows issuers by name."""

    def find(self, name: str) -> Issuer | None:
        """The issuer of this name, or None if its tokens are not believed."""
        ...


class ConfiguredIssuers:
    """The issuers of the settings."""

    def __init__(self, settings: Iterable[IssuerSettings], fetch: FetchJson, clock: Clock) -> None:
        self._issuers = {one.issuer: Issuer(one, _keys(one, fetch, clock)) for one in settings}

    def find(self, name: str) -> Issuer | None:
        """The issuer of this name."""
        return self._issuers.get(name)


class AnyOf:
    """Several directories, asked in order."""

    def __init__(self, directories: Sequence[IssuerDirectory]) -> None:
        self._directories = directories

    def find(self, name: str) -> Issuer | None:
        """The first issuer of this name."""
        for directory in self._directories:
            if issuer := directory.find(name):
                return issuer
        return None


def _keys(settings: IssuerSettings, fetch: FetchJson, clock: Clock) -> IssuerKeys:
    if settings.jwks is not None:
        return FixedKeys(settings.jwks)
    assert settings.jwks_url is not None  # held by the settings
    return PublishedKeys(settings.jwks_url, fetch, clock)
