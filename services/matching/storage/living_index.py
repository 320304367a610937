"""Everybody of the organizations that are asked about, in the memory of this process, as new as the database.

Of each organization there is a large crowd, made of its people as of some revision, and a small one of those who have
changed since, which hides their rows in the large one. Each answer names the revision that it must be made of; what has
changed since the small crowd was made is read, and only that. When the small crowd has grown too large, or the day is
over (clocks have moved), a new large one is made beside, while answers are made of the old ones.

Prices belong to the organization and not to a process: whoever makes a new large crowd stores the prices that it makes,
and all others take these. So answers do not depend on which process gives them, nor on when it has started.
"""

import asyncio
import gc
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import structlog

from kit.clock import Clock
from kit.database import Database, Reader
from kit.identity import Principal
from services.matching.domain.crowd import Crowd, gather, member_of, rehearse
from services.matching.domain.engine.problem import Problem
from services.matching.domain.opportunities import Layer
from services.matching.domain.people import Person
from services.matching.domain.showing import NO_PRICES, Prices, auction_off
from services.matching.domain.similarity import similar
from services.matching.storage.living_people import (
    find_prices,
    keep_prices,
    list_changed,
    read_relations,
    read_revision,
    stream_people,
)
from services.matching.use_cases.in_bulk import fed

MOST_PEOPLE = 400_000
"""How many people are kept, over all organizations; the organization asked about last is kept however large it is."""
MOST_CHANGED = 256
TOO_MANY_CHANGED = 5_000
log = structlog.get_logger(__name__)


class NotInMemoryError(Exception):
    """The organization is not in memory, or too much of it has changed: prepare it first."""


@dataclass(slots=True)
class _Organization:
    """What is kept of one organization."""

    crowd: Crowd
    revision: int
    made_on: date
    changed: dict[str, tuple[int, Person]] = field(default_factory=dict)
    seen: int = 0
    prices: Prices = NO_PRICES
    priced: int | None = None
    layers: tuple[Layer, ...] = ()
    making: "asyncio.Task[None] | None" = None


class LivingIndex:
    """The organizations that were asked about last."""

    def __init__(
        self, database: Database, clock: Clock, *, most_people: int = MOST_PEOPLE, too_many: int = TOO_MANY_CHANGED
    ) -> None:
        self._database = database
        self._clock = clock
        self._most_people = most_people
        self._too_many = too_many
        self._organizations: OrderedDict[str, _Organization] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def close(self) -> None:
        """Stop what is being made."""
        making = [one.making for one in self._organizations.values() if one.making is not None]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    async def prepare(self, organization_id: str) -> None:
        """Have the organization in memory; to be called outside of any transaction, because it may take seconds."""
        if organization_id in self._organizations:
            self._organizations.move_to_end(organization_id)
            return
        async with self._lock(organization_id):
            if organization_id not in self._organizations:
                self._organizations[organization_id] = await self._made(organization_id, None)
                self._forget_others()

    async def layers(self, db: Reader, revision: int, priced: int | None) -> Sequence[Layer]:
        """The caller's organization, as of this revision of its people and of the prices, or later.

        `NotInMemoryError` if it is to be prepared first.
        """
        organization_id = db.principal.organization_id
        async with self._lock(organization_id):
            kept = self._organizations.get(organization_id)
            if kept is None:
                raise NotInMemoryError
            if kept.seen < revision:
                await self._bring_up_to_date(db, kept, revision)
            if kept.priced != priced and (found := await find_prices(db)) is not None:
                kept.priced, kept.prices = found
                kept.layers = ()
            if not kept.layers:
                kept.layers = _layers(kept)
            self._renew_if_old(organization_id, kept)
            return kept.layers

    async def _bring_up_to_date(self, db: Reader, kept: _Organization, revision: int) -> None:
        changed = await list_changed(db, kept.seen, self._too_many, self._clock.now())
        if len(changed) == self._too_many:
            del self._organizations[db.principal.organization_id]
            raise NotInMemoryError
        kept.changed |= {person.id: (number, person) for number, person in changed}
        kept.seen = max([revision, *(number for number, _ in changed)])
        kept.layers = ()

    def _renew_if_old(self, organization_id: str, kept: _Organization) -> None:
        is_old = len(kept.changed) > MOST_CHANGED or kept.made_on < self._clock.now().date()
        if is_old and (kept.making is None or kept.making.done()):
            kept.making = asyncio.create_task(self._renew(organization_id, kept))

    async def _renew(self, organization_id: str, old: _Organization) -> None:
        try:
            made = await self._made(organization_id, old)
        except Exception:
            # Answers go on being made of the old one, and the next one tries again.
            log.exception("people not read", organization_id=organization_id)
            return
        async with self._lock(organization_id):
            if self._organizations.get(organization_id) is old:
                made.changed = {person_id: one for person_id, one in old.changed.items() if one[0] > made.revision}
                made.seen = max(old.seen, made.revision)
                self._organizations[organization_id] = made

    async def _made(self, organization_id: str, old: _Organization | None) -> _Organization:
        """The organization with a new large crowd; with new prices, if nobody else has made any since the old one."""
        now = self._clock.now()
        async with self._database.transaction(organization_id, snapshot=True) as connection:
            revision = await read_revision(connection, organization_id)
            close = list(similar(await read_relations(connection, organization_id)))
            people = stream_people(connection, organization_id, now)
            crowd, problem = await fed(partial(gather, similar=close), people)
        await asyncio.to_thread(rehearse, crowd)
        made = _Organization(crowd, revision, now.date(), seen=revision)
        async with self._database.read(_principal(organization_id)) as db:
            found = await find_prices(db)
        if found is None or (old is not None and found[0] <= old.revision < revision):
            await self._price(organization_id, problem, revision, None if found is None else found[0])
            async with self._database.read(_principal(organization_id)) as db:
                found = await find_prices(db)
        if found is not None:
            made.priced, made.prices = found
        # What stays for hours need not be looked through by each collection of garbage: with 100,000 people that
        # would keep everybody waiting for more than 100 ms.
        gc.freeze()
        return made

    async def _price(self, organization_id: str, problem: Problem, revision: int, instead_of: int | None) -> None:
        prices = await asyncio.to_thread(auction_off, problem)
        async with self._database.transaction(organization_id) as connection:
            await keep_prices(connection, organization_id, prices, revision, instead_of)

    def _forget_others(self) -> None:
        while len(self._organizations) > 1:
            if sum(one.crowd.size for one in self._organizations.values()) <= self._most_people:
                return
            organization_id, forgotten = self._organizations.popitem(last=False)
            self._locks.pop(organization_id, None)
            if forgotten.making is not None:
                forgotten.making.cancel()

    def _lock(self, organization_id: str) -> asyncio.Lock:
        return self._locks.setdefault(organization_id, asyncio.Lock())


def _layers(kept: _Organization) -> tuple[Layer, ...]:
    shown = np.ones(kept.crowd.size, dtype=np.bool_)
    shown[kept.crowd.rows(kept.changed)] = False
    layers = [Layer(kept.crowd, shown, *kept.prices.of(kept.crowd.hashes))]
    if kept.changed:
        crowd, _ = gather(member_of(person) for _, person in kept.changed.values())
        layers.append(Layer(crowd, np.ones(crowd.size, dtype=np.bool_), *kept.prices.of(crowd.hashes)))
    return tuple(layers)


def _principal(organization_id: str) -> Principal:
    return Principal("matching-opportunities", organization_id)
