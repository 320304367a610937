"""Units of work in fresh organizations of the migrated database."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.ids import TimeOrderedIds
from kit.testing.keys import service_settings
from services.profile.domain.organization import OrganizationDetails, create_organization
from services.profile.settings import ProfileSettings
from services.profile.storage.unit_of_work import ProfileUnitOfWork
from services.profile.wiring import Wiring

Home = Callable[[], ProfileUnitOfWork]
"""Opens a unit of work in one organization."""


@pytest.fixture(scope="session")
async def wiring(postgres: Any) -> AsyncIterator[Wiring]:
    async with Wiring.opened(ProfileSettings(**service_settings("profile", postgres.url("profile")))) as opened:
        yield opened


async def in_fresh_organization(wiring: Wiring) -> Home:
    organization_id = TimeOrderedIds().new("org")
    details = OrganizationDetails("Adventure Works", "Europe/Berlin", "en", 5, {})
    async with wiring.background_work(organization_id) as uow:
        await uow.organizations.add(create_organization(organization_id, details, wiring.clock.now()))
    return lambda: wiring.background_work(organization_id)


@pytest.fixture
async def home(wiring: Wiring) -> Home:
    return await in_fresh_organization(wiring)


@pytest.fixture
async def elsewhere(wiring: Wiring) -> Home:
    """Another organization, in which the same ids mean nothing."""
    return await in_fresh_organization(wiring)
