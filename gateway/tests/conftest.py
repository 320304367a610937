"""A running gateway in front of a stub that stands for all services."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gateway.main import create_app
from gateway.settings import GatewaySettings
from gateway.tests import issuing
from gateway.tests.servers import serving
from gateway.tests.stub import Stub
from kit.http_client import raw_client
from kit.testing.keys import private_key

PERSON = f"per_{'2' * 32}"


def settings(services: str, **more: Any) -> GatewaySettings:
    """The gateway's settings, all services at one address."""
    return GatewaySettings(
        **{
            "environment": "local",
            "signing_key": json.dumps(private_key("gateway")),
            "profile_url": services,
            "matching_url": services,
            "sessions_url": services,
            "issuers": [issuing.issuer()],
            **more,
        }
    )


@asynccontextmanager
async def running_gateway(services: str, **more: Any) -> AsyncIterator[str]:
    """The address of a gateway in front of the services at one address."""
    async with serving(create_app(settings(services, **more))) as address:
        yield address


@asynccontextmanager
async def calling(address: str, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, with a good token unless another is given."""
    headers = {"Authorization": f"Bearer {token or issuing.token()}"}
    async with raw_client(address, headers=headers, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
async def shared_stub() -> AsyncIterator[tuple[Stub, str]]:
    stub = Stub()
    async with serving(stub) as address:
        yield stub, address


@pytest.fixture
def stub(shared_stub: tuple[Stub, str]) -> Stub:
    stub = shared_stub[0]
    stub.reset()
    stub.people[issuing.ORGANIZATION, "external_id", "E-7"] = (PERSON, True)
    return stub


@pytest.fixture
def services(stub: Stub, shared_stub: tuple[Stub, str]) -> str:
    """The stub's address."""
    return shared_stub[1]


@pytest.fixture(scope="session")
async def gateway(shared_stub: tuple[Stub, str]) -> AsyncIterator[str]:
    """The address of the gateway that most tests share."""
    async with running_gateway(shared_stub[1]) as address:
        yield address


@pytest.fixture
async def client(gateway: str, stub: Stub) -> AsyncIterator[httpx.AsyncClient]:
    """An authenticated client of the shared gateway."""
    async with calling(gateway) as client:
        yield client
