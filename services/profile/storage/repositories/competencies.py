"""Competencies in the profile schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from services.profile.domain.competency import Competency, CompetencyExistsError, CompetencyNotFoundError, label_key
from services.profile.storage.tables import competencies

_NAMES = [field.name for field in fields(Competency)]
_COLUMNS = [competencies.c[name] for name in _NAMES]

_ADD = text(
    """
    insert into competencies (organization_id, id, label, label_key, description, category, source, source_id, status,
                              version, created_at, updated_at)
    select :organization_id, new.id, new.label, new.label_key, new.description, new.category, new.source, new.source_id,
           new.status, new.version, :now, :now
      from unnest(cast(:id as text[]), cast(:label as text[]), cast(:keys as text[]), cast(:description as text[]),
                  cast(:category as text[]), cast(:source as text[]), cast(:source_id as text[]),
                  cast(:status as text[]), cast(:version as integer[]))
           as new (id, label, label_key, description, category, source, source_id, status, version)
    """
)


class CompetencyRepository:
    """The taxonomy of the organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock

    async def get(self, competency_id: str) -> Competency:
        """The competency, locked for a change."""
        found = await self._connection.execute(select(*_COLUMNS).where(self._is(competency_id)).with_for_update())
        row = found.mappings().first()
        if row is None:
            raise CompetencyNotFoundError
        return Competency(**row)

    async def find_by_label(self, label: str) -> Competency | None:
        """The competency with this label, however it is written."""
        found = await self._connection.execute(
            select(*_COLUMNS).where(
                competencies.c.organization_id == self._organization_id, competencies.c.label_key == label_key(label)
            )
        )
        row = found.mappings().first()
        return None if row is None else Competency(**row)

    async def add(self, competency: Competency) -> None:
        """Store a new competency; `CompetencyExistsError` if somebody was faster with its label."""
        try:
            await self.add_many([competency])
        except IntegrityError as error:
            raise CompetencyExistsError("Somebody has just proposed it. Search for it.") from error

    async def add_many(self, competencies_: Sequence[Competency]) -> None:
        """Store new competencies."""
        columns = {name: [getattr(each, name) for each in competencies_] for name in _NAMES}
        await self._connection.execute(
            _ADD,
            {
                **columns,
                "keys": [label_key(each.label) for each in competencies_],
                "organization_id": self._organization_id,
                "now": self._clock.now(),
            },
        )

    async def save(self, competency: Competency) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(competencies)
            .where(self._is(competency.id))
            .values(**asdict(competency), label_key=label_key(competency.label), updated_at=self._clock.now())
        )

    async def retired(self, competency_ids: Iterable[str]) -> Mapping[str, bool]:
        """Of those that exist, whether they are retired."""
        found = await self._connection.execute(
            select(competencies.c.id, competencies.c.status).where(
                competencies.c.organization_id == self._organization_id, competencies.c.id.in_(list(competency_ids))
            )
        )
        return {row.id: row.status == "retired" for row in found}

    def _is(self, competency_id: str) -> Any:
        return (competencies.c.organization_id == self._organization_id) & (competencies.c.id == competency_id)
