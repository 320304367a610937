"""People in the profile schema."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from services.profile.domain.person import (
    ExternalIdTakenError,
    Person,
    PersonNotFoundError,
    WorkEmailTakenError,
    email_key,
)
from services.profile.domain.reporting_lines import Line
from services.profile.storage.tables import people

_COLUMNS = [people.c[field.name] for field in fields(Person)]
_LINE_COLUMNS = (people.c.id, people.c.manager_id, people.c.pending_manager, people.c.reporting_level)

_CHAIN = text(
    """
    with recursive chain (id, manager_id, height) as (
        select id, manager_id, 0 from people where organization_id = :organization_id and id = :person_id
        union all
        select above.id, above.manager_id, chain.height + 1
          from people above join chain on above.id = chain.manager_id
         where above.organization_id = :organization_id
    ) cycle id set comes_back using path
    select id from chain order by height
    """
)
_SAVE_LEVELS = text(
    """
    update people
       set reporting_level = shifted.level, version = people.version + 1, updated_at = :now
      from unnest(cast(:ids as text[]), cast(:levels as integer[])) as shifted (id, level)
     where people.organization_id = :organization_id and people.id = shifted.id
    """
)


class PeopleRepository:
    """The people of the organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock

    async def lock_structure(self) -> None:
        """Keep everybody else from changing who is here and who reports to whom, until the transaction ends."""
        await self._connection.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
            {"name": f"structure of {self._organization_id}"},
        )

    async def require(self, person_id: str) -> None:
        """Raise `PersonNotFoundError` if there is no such person."""
        found = await self._connection.execute(select(people.c.id).where(self._is(person_id)))
        if found.first() is None:
            raise PersonNotFoundError

    async def get(self, person_id: str) -> Person:
        """The person, locked for a change."""
        found = await self._connection.execute(select(*_COLUMNS).where(self._is(person_id)).with_for_update())
        row = found.mappings().first()
        if row is None:
            raise PersonNotFoundError
        return Person(**{**row, "languages": tuple(row["languages"])})

    async def add(self, person: Person) -> None:
        """Store a new person."""
        now = self._clock.now()
        await self._write(
            insert(people).values(
                organization_id=self._organization_id, created_at=now, updated_at=now, **_values(person)
            )
        )

    async def save(self, person: Person) -> None:
        """Store the person's new state."""
        await self._write(
            update(people).where(self._is(person.id)).values(updated_at=self._clock.now(), **_values(person))
        )

    async def chain_from(self, person_id: str) -> list[str]:
        """The person, their manager, and so on to the top; empty if there is no such person."""
        found = await self._connection.execute(
            _CHAIN, {"organization_id": self._organization_id, "person_id": person_id}
        )
        return list(found.scalars())

    async def waiting_for(self, external_id: str) -> list[str]:
        """People whose manager would be the one with this external id."""
        found = await self._connection.execute(
            select(people.c.id).where(
                people.c.organization_id == self._organization_id, people.c.pending_manager == external_id
            )
        )
        return list(found.scalars())

    async def end_waiting(self, person_ids: Sequence[str], manager_id: str | None) -> None:
        """Give people who were waiting for their manager that manager, or none."""
        await self._connection.execute(
            update(people)
            .where(people.c.organization_id == self._organization_id, people.c.id.in_(person_ids))
            .values(
                manager_id=manager_id,
                pending_manager=None,
                version=people.c.version + 1,
                updated_at=self._clock.now(),
            )
        )

    async def lines(self) -> Sequence[Line]:
        """Where everybody stands."""
        found = await self._connection.execute(
            select(*_LINE_COLUMNS).where(people.c.organization_id == self._organization_id)
        )
        return [Line(*row) for row in found]

    async def save_levels(self, lines: Sequence[Line]) -> None:
        """Store the levels of these lines."""
        if not lines:
            return
        await self._connection.execute(
            _SAVE_LEVELS,
            {
                "organization_id": self._organization_id,
                "ids": [line.person_id for line in lines],
                "levels": [line.reporting_level for line in lines],
                "now": self._clock.now(),
            },
        )

    def _is(self, person_id: str) -> Any:
        return (people.c.organization_id == self._organization_id) & (people.c.id == person_id)

    async def _write(self, statement: Any) -> None:
        try:
            await self._connection.execute(statement)
        except IntegrityError as error:
            constraint = _violated(error)
            if constraint == "uq_people_organization_id_external_id":
                raise ExternalIdTakenError("Use an external id that nobody else has.") from error
            if constraint == "uq_people_organization_id_work_email_key":
                raise WorkEmailTakenError("Use an address that nobody else has.") from error
            raise


def _violated(error: IntegrityError) -> str | None:
    name: str | None = getattr(error.orig.__cause__, "constraint_name", None) if error.orig is not None else None
    return name


def _values(person: Person) -> dict[str, Any]:
    values: dict[str, Any] = {field.name: getattr(person, field.name) for field in fields(person)}
    values["languages"] = list(person.languages)
    values["work_email_key"] = email_key(person.work_email) if person.work_email is not None else None
    return values
