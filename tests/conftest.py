"""The one running system that the tests of this folder share."""

from collections.abc import AsyncIterator

import pytest

from tests.system import RunningSystem, running_system


@pytest.fixture(scope="session")
async def system() -> AsyncIterator[RunningSystem]:
    async with running_system() as running:
        yield running
