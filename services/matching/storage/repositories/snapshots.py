"""What runs leave behind beside their proposals, in the matching schema."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.database import Database
from kit.row_security import FEED_SETTING
from services.matching.domain.match_run import SnapshotGoneError
from services.matching.domain.outcome import Snapshot
from services.matching.storage.tables_runs import (
    match_run_left_out,
    match_run_prices,
    match_run_reviews,
    match_run_snapshots,
)

_PEOPLE_OF_RUNS = (match_run_prices, match_run_left_out)

_ADD_PRICES = text(
    """
    insert into match_run_prices (organization_id, match_run_id, person_id, price)
    select :organization_id, :match_run_id, priced.person_id, priced.price
      from unnest(cast(:person_ids as text[]), cast(:prices as bigint[])) as priced (person_id, price)
    """
)
_ADD_LEFT_OUT = text(
    """
    insert into match_run_left_out (organization_id, match_run_id, person_id)
    select :organization_id, :match_run_id, person_id from unnest(cast(:person_ids as text[])) as person_id
    on conflict do nothing
    """
)
_LIST_LEFT_OUT = text(
    """
    select person_id
      from match_run_left_out
     where organization_id = :organization_id
       and match_run_id = (select id from match_runs
                            where organization_id = :organization_id and program_id = :program_id
                              and status = 'published'
                            order by updated_at desc
                            limit 1)
    """
)
_EARLIER = """
    match_run_id in (select id from match_runs
                      where organization_id = :organization_id and program_id = :program_id
                        and status = 'published' and id <> :match_run_id)
"""


class SnapshotRepository:
    """What the runs of one organization leave behind."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, match_run_id: str, snapshot: Snapshot, kept_until: datetime) -> None:
        """Keep what a run was computed from and what came out, until then."""
        await self._connection.execute(
            insert(match_run_snapshots).values(
                organization_id=self._organization_id,
                match_run_id=match_run_id,
                snapshot_hash=snapshot.snapshot_hash,
                problem=snapshot.problem,
                solution=snapshot.solution,
                kept_until=kept_until,
            )
        )

    async def get(self, match_run_id: str) -> Snapshot:
        """What is kept of a run; `SnapshotGoneError` if nothing is any more."""
        columns = match_run_snapshots.c
        found = await self._connection.execute(
            select(columns.snapshot_hash, columns.problem, columns.solution).where(
                columns.organization_id == self._organization_id, columns.match_run_id == match_run_id
            )
        )
        row = found.first()
        if row is None:
            raise SnapshotGoneError
        return Snapshot(row.snapshot_hash, row.problem, row.solution)

    async def require(self, match_run_id: str) -> None:
        """Refuse with `SnapshotGoneError` if nothing is kept of a run."""
        columns = match_run_snapshots.c
        found = await self._connection.execute(
            select(columns.match_run_id).where(
                columns.organization_id == self._organization_id, columns.match_run_id == match_run_id
            )
        )
        if found.first() is None:
            raise SnapshotGoneError

    async def add_people(self, match_run_id: str, prices: Mapping[str, int], left_out: Collection[str]) -> None:
        """Keep what places were worth, by teacher, and who found none."""
        await self._run(_ADD_PRICES, match_run_id=match_run_id, person_ids=list(prices), prices=list(prices.values()))
        await self._run(_ADD_LEFT_OUT, match_run_id=match_run_id, person_ids=sorted(left_out))

    async def list_left_out(self, program_id: str) -> list[str]:
        """The learners whom the program's last published run left without a teacher."""
        found = await self._connection.execute(
            _LIST_LEFT_OUT, {"organization_id": self._organization_id, "program_id": program_id}
        )
        return list(found.scalars())

    async def keep_last(self, program_id: str, match_run_id: str) -> None:
        """Forget the prices and the people left out of the program's earlier published runs."""
        for table in _PEOPLE_OF_RUNS:
            earlier = delete(table).where(table.c.organization_id == self._organization_id, text(_EARLIER))
            await self._run(earlier, program_id=program_id, match_run_id=match_run_id)

    async def discard(self, match_run_id: str) -> None:
        """Forget all that is kept of a run."""
        for table in (match_run_snapshots, match_run_reviews, *_PEOPLE_OF_RUNS):
            await self._connection.execute(
                delete(table).where(
                    table.c.organization_id == self._organization_id, table.c.match_run_id == match_run_id
                )
            )

    async def _run(self, statement: Any, **arguments: Any) -> None:
        await self._connection.execute(statement, {"organization_id": self._organization_id, **arguments})


async def prune_snapshots(database: Database, clock: Clock) -> int:
    """Remove the snapshots that are not kept any more, of all organizations, and say how many."""
    async with database.transaction(None) as connection:
        await connection.execute(text(f"select set_config('{FEED_SETTING}', 'on', true)"))
        gone = await connection.execute(
            delete(match_run_snapshots).where(match_run_snapshots.c.kept_until < clock.now())
        )
        return gone.rowcount
