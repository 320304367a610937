"""What is remembered about tokens, for how long, and how much of it."""

from typing import Any

import pytest

from gateway.authenticate import (
    KEPT_SECONDS,
    MINTED_KEPT_SECONDS,
    REFUSAL_KEPT_SECONDS,
    UNLINKED_KEPT_SECONDS,
    Authenticator,
    PersonLink,
)
from gateway.errors import InvalidTokenError, PersonInactiveError
from gateway.issuers import ConfiguredIssuers
from gateway.outside_tokens import OutsideTokens
from gateway.settings import IssuerSettings
from gateway.tests import issuing
from gateway.token_cache import TokenCache
from kit.errors import UnavailableError
from kit.identity import LIFETIME_SECONDS
from kit.testing.clock import FixedClock
from kit.testing.keys import minter


class Directory:
    """The people of the organization, and how often they were asked for."""

    def __init__(self) -> None:
        self.person: PersonLink | None = PersonLink("per_1", active=True)
        self.asked = 0
        self.away = False

    async def find(self, organization_id: str, key: str, value: str) -> PersonLink | None:
        self.asked += 1
        if self.away:
            raise UnavailableError("away")
        return self.person


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def people() -> Directory:
    return Directory()


@pytest.fixture
def authenticator(clock: FixedClock, people: Directory) -> Authenticator:
    async def no_fetch(url: str) -> Any:
        raise AssertionError(url)

    issuers = ConfiguredIssuers([IssuerSettings.model_validate(issuing.issuer())], no_fetch, clock)
    return Authenticator(OutsideTokens(issuers, clock, ["RS256"]), people, minter(), clock)


def bearer(clock: FixedClock, lives: float = 3600, **more: Any) -> str:
    now = int(clock.now().timestamp())
    return f"Bearer {issuing.token(iat=now, exp=now + lives, **more)}"


def test_a_value_is_kept_until_its_moment(clock: FixedClock) -> None:
    cache: TokenCache[str] = TokenCache(clock, 10)
    cache.keep("a", "value", clock.now().timestamp() + 10)
    clock.advance(seconds=9)
    assert cache.find("a") == "value"
    assert cache.find("b") is None
    clock.advance(seconds=1)
    assert cache.find("a") is None
    assert len(cache) == 0


def test_a_flood_of_tokens_pushes_out_the_oldest(clock: FixedClock) -> None:
    cache: TokenCache[int] = TokenCache(clock, 100)
    for number in range(10_000):
        cache.keep(str(number), number, clock.now().timestamp() + 60)
    assert len(cache) == 100
    assert cache.find("9999") == 9999
    assert cache.find("9899") is None


async def test_a_caller_is_remembered_for_a_minute(
    authenticator: Authenticator, clock: FixedClock, people: Directory
) -> None:
    token = bearer(clock)
    first = await authenticator.authenticate(token)
    clock.advance(seconds=KEPT_SECONDS - 1)
    assert await authenticator.authenticate(token) is first
    people.person = PersonLink("per_1", active=False)
    clock.advance(seconds=1)
    with pytest.raises(PersonInactiveError):
        await authenticator.authenticate(token)


async def test_a_caller_is_not_remembered_longer_than_the_token_lives(
    authenticator: Authenticator, clock: FixedClock
) -> None:
    token = bearer(clock, lives=10)
    await authenticator.authenticate(token)
    clock.advance(seconds=10 + 60)
    with pytest.raises(InvalidTokenError, match="expired"):
        await authenticator.authenticate(token)


async def test_a_subject_that_is_nobody_yet_is_asked_for_again_soon(
    authenticator: Authenticator, clock: FixedClock, people: Directory
) -> None:
    token, people.person = bearer(clock), None
    assert (await authenticator.authenticate(token)).person is None
    people.person = PersonLink("per_1", active=True)
    clock.advance(seconds=UNLINKED_KEPT_SECONDS)
    assert (await authenticator.authenticate(token)).roles == {"member"}


async def test_profile_being_away_is_not_remembered(
    authenticator: Authenticator, clock: FixedClock, people: Directory
) -> None:
    token, people.away = bearer(clock), True
    with pytest.raises(UnavailableError):
        await authenticator.authenticate(token)
    people.away = False
    assert (await authenticator.authenticate(token)).person == people.person


async def test_a_refusal_is_remembered_for_a_short_time(authenticator: Authenticator, clock: FixedClock) -> None:
    token = bearer(clock, nbf=clock.now().timestamp() + 60 + 5)
    with pytest.raises(InvalidTokenError):
        await authenticator.authenticate(token)
    clock.advance(seconds=REFUSAL_KEPT_SECONDS - 1)
    with pytest.raises(InvalidTokenError):
        await authenticator.authenticate(token)
    clock.advance(seconds=1)
    await authenticator.authenticate(token)


async def test_an_internal_token_is_minted_once_for_a_service_and_never_handed_on_half_spent(
    authenticator: Authenticator, clock: FixedClock
) -> None:
    caller = await authenticator.authenticate(bearer(clock))
    minted = authenticator.internal_token(caller, "profile")
    assert authenticator.internal_token(caller, "profile") == minted
    assert authenticator.internal_token(caller, "matching") != minted
    clock.advance(seconds=MINTED_KEPT_SECONDS)
    assert authenticator.internal_token(caller, "profile") != minted
    assert MINTED_KEPT_SECONDS < LIFETIME_SECONDS / 2
