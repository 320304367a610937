"""Transactions that no caller asked for: a neighbour's events."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.events import Event, Handler, Outbox, applied_by
from kit.ids import Ids
from services.matching.storage.unit_of_work import MatchingRepositories
from services.matching.use_cases.people import release_places, take_over
from services.matching.use_cases.ports import PeopleSource


class Transaction(MatchingRepositories):
    """The repositories of this service, and its outbox, over a transaction in one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str, ids: Ids, clock: Clock) -> None:
        self.events = Outbox(connection, organization_id, ids, clock)
        self.open_repositories(connection, organization_id)


class PeopleChanged:
    """Applies what profile tells of people: fetches them before, stores them in the transaction."""

    def __init__(self, people: PeopleSource, ids: Ids, clock: Clock) -> None:
        self._people = people
        self._ids = ids
        self._clock = clock

    async def prepare(self, events: Sequence[Event]) -> Sequence[Mapping[str, Any]]:
        """Ask profile for everybody whom the events are about."""
        return await self._people.snapshot(events[0].organization_id, sorted({event.subject_id for event in events}))

    async def apply(
        self, connection: AsyncConnection, events: Sequence[Event], prepared: Sequence[Mapping[str, Any]]
    ) -> None:
        """Store them."""
        transaction = Transaction(connection, events[0].organization_id, self._ids, self._clock)
        await take_over(transaction, prepared, self._clock)


def competencies_related(ids: Ids, clock: Clock) -> Handler[None]:
    """Applies what profile tells of how competencies relate."""

    async def apply(connection: AsyncConnection, events: Sequence[Event]) -> None:
        transaction = Transaction(connection, events[0].organization_id, ids, clock)
        for event in events:
            await transaction.topics.relate(event.subject_id, event.data["broader"], event.data["related"])

    return applied_by(apply)


def organization_changed(ids: Ids, clock: Clock) -> Handler[None]:
    """Applies what profile tells of the organization: how many people a figure must be about."""

    async def apply(connection: AsyncConnection, events: Sequence[Event]) -> None:
        transaction = Transaction(connection, events[0].organization_id, ids, clock)
        await transaction.topics.set_min_group_size(events[-1].data["min_group_size"])

    return applied_by(apply)


def engagements_ended(ids: Ids, clock: Clock) -> Handler[None]:
    """Applies what sessions tells of engagements that have ended."""

    async def apply(connection: AsyncConnection, events: Sequence[Event]) -> None:
        transaction = Transaction(connection, events[0].organization_id, ids, clock)
        await release_places(transaction, [event.data["proposal_id"] for event in events], clock)

    return applied_by(apply)
