"""What the use cases need from the outside."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from kit.answers import Answer
from services.profile.domain.organization import Organization


class Events(Protocol):
    """Facts to tell other services, in the transaction of the change."""

    async def append(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        """Tell one fact."""
        ...


class Organizations(Protocol):
    """The organization that the unit of work is open for."""

    async def add(self, organization: Organization) -> None:
        """Store a new organization."""
        ...

    async def get(self) -> Organization:
        """The organization, locked for a change."""
        ...

    async def save(self, organization: Organization) -> None:
        """Store its new state."""
        ...


class UnitOfWork(Protocol):
    """One command, one transaction."""

    organization_id: str

    @property
    def events(self) -> Events:
        """Facts to tell other services."""
        ...

    @property
    def organizations(self) -> Organizations:
        """The organization."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def enter_organization(self, organization_id: str) -> None:
        """Go on inside an organization that this command has just created."""
        ...

    async def answer(
        self, resource_id: str, *, status: int = 200, location: str | None = None, retry_after: int | None = None
    ) -> Answer:
        """What the caller is told: the resource as it is now."""
        ...
