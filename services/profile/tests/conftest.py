"""A running profile service, and callers of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from kit.ids import TimeOrderedIds
from kit.testing.api import Caller, ok, running
from kit.testing.keys import service_settings
from services.profile.main import create_app
from services.profile.settings import ProfileSettings


@pytest.fixture(scope="session")
async def app(postgres: Any) -> AsyncIterator[FastAPI]:
    settings = ProfileSettings(**service_settings("profile", postgres.url("profile")))
    async with running(create_app(settings)) as started:
        yield started


class Organization:
    """A fresh organization, and callers in it."""

    def __init__(self, app: FastAPI, id_: str) -> None:
        self._app = app
        self.id = id_
        self.admin = self.caller(roles=("org_admin", "coordinator"))
        self.integration = self.caller(roles=("integration",))

    def caller(self, *, person_id: str | None = None, roles: tuple[str, ...] = ("member",)) -> Caller:
        return Caller(self._app, "profile", self.id, person_id=person_id, roles=roles)


@pytest.fixture
def platform(app: FastAPI) -> Caller:
    return Caller(app, "profile", None, roles=("platform_operator",))


async def new_organization(app: FastAPI, platform: Caller) -> Organization:
    body = {"name": f"Organization {TimeOrderedIds().new('x')[-6:]}", "time_zone": "Europe/Berlin"}
    return Organization(app, ok(await platform.post("/v1/organizations", body), 201)["id"])


@pytest.fixture
async def organization(app: FastAPI, platform: Caller) -> Organization:
    return await new_organization(app, platform)


@pytest.fixture
async def other_organization(app: FastAPI, platform: Caller) -> Organization:
    return await new_organization(app, platform)
