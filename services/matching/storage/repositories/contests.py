"""Contests in the matching schema."""

from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.contest import AlreadyContestedError, Contest, ContestNotFoundError, ContestStatus
from services.matching.storage.tables import contests

_IS_MATCHED = text(
    """
    select exists (
        select from proposals proposal
          join proposal_participants part
            on part.organization_id = :organization_id and part.proposal_id = proposal.id
           and part.person_id = :person_id
         where proposal.organization_id = :organization_id and proposal.match_run_id = :match_run_id
           and proposal.offered_at is not null)
    """
)


class ContestRepository:
    """The contests of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, contest: Contest) -> None:
        """Store a new contest; `AlreadyContestedError` if the person waits for the answer to one."""
        values = {name: getattr(contest, name) for name in _FIELDS}
        try:
            await self._connection.execute(insert(contests).values(organization_id=self._organization_id, **values))
        except IntegrityError as error:
            if "uq_contests_open" in str(error.orig):
                raise AlreadyContestedError("Wait for its answer.") from error
            raise

    async def get(self, contest_id: str) -> Contest:
        """The contest, locked for a change."""
        found = await self._connection.execute(select(contests).where(self._is(contest_id)).with_for_update())
        row = found.mappings().first()
        if row is None:
            raise ContestNotFoundError
        values = {name: row[name] for name in _FIELDS}
        return Contest(**values | {"status": ContestStatus(row["status"])})

    async def save(self, contest: Contest) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(contests)
            .where(self._is(contest.id))
            .values(
                status=contest.status, answer=contest.answer, version=contest.version, updated_at=contest.updated_at
            )
        )

    async def is_matched(self, match_run_id: str, person_id: str) -> bool:
        """Whether the person was offered something that the run found."""
        found = await self._connection.scalar(
            _IS_MATCHED,
            {
                "organization_id": self._organization_id,
                "match_run_id": match_run_id,
                "person_id": person_id,
            },
        )
        return bool(found)

    def _is(self, contest_id: str) -> Any:
        return (contests.c.organization_id == self._organization_id) & (contests.c.id == contest_id)


_FIELDS = [column.name for column in contests.c if column.name != "organization_id"]
