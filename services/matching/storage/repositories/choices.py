"""What people say of each other in programs, in the matching schema. Whatever reads it keeps it to itself."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.choices import PartChoices, StatedChoices
from services.matching.domain.engine.build import Choice
from services.matching.domain.kinds import Role
from services.matching.domain.participation import Participation
from services.matching.storage.tables import participation_choices

_NOTHING: dict[str, list[str]] = {"teachers": [], "learners": [], "excluded": []}
_KNOWN = text(
    """
    select person.id, case when person.active then part.roles end as roles
      from people person
      left join participations part
        on part.organization_id = person.organization_id and part.person_id = person.id
       and part.program_id = :program_id
     where person.organization_id = :organization_id and person.id = any(cast(:person_ids as text[]))
    """
)
# Nobody who has left, the program or the organization, is waited for. The wishes come first and by themselves: inside
# the loop over lists, the planner would read all people for each list.
_OF_PROGRAM = text(
    """
    with wishes as materialized (
        select said.participation_id, said.person_id as chooser_id, wish.chosen_id, wish.rank, wish.role
          from participation_choices said
         cross join lateral (
                select one.id as chosen_id, one.rank, 'teacher' as role
                  from unnest(said.teachers) with ordinality as one (id, rank)
                union all
                select one.id, one.rank, 'learner'
                  from unnest(said.learners) with ordinality as one (id, rank)
               ) wish
         where said.organization_id = :organization_id
    )
    select wish.chooser_id, wish.chosen_id, wish.rank, wish.role = 'teacher' as teaches
      from wishes wish
      join participations part
        on part.organization_id = :organization_id and part.program_id = :program_id
       and part.id = wish.participation_id
      join participations theirs
        on theirs.organization_id = :organization_id and theirs.program_id = :program_id
       and theirs.person_id = wish.chosen_id and wish.role = any(theirs.roles)
      join people chosen
        on chosen.organization_id = :organization_id and chosen.id = wish.chosen_id and chosen.active
     order by wish.chooser_id, teaches, wish.rank
    """
)
_EXCLUSIONS = text(
    """
    select distinct least(said.person_id, never.id) as one, greatest(said.person_id, never.id) as other
      from participation_choices said
     cross join unnest(said.excluded) as never (id)
     where said.organization_id = :organization_id
       and (cast(:person_ids as text[]) is null
            or (said.person_id = any(:person_ids) and never.id = any(:person_ids)))
    """
)


class ChoicesRepository:
    """The choices and exclusions of one organization's people."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def get(self, participation: Participation) -> PartChoices:
        """What was said with this participation, or that nothing was."""
        found = await self._connection.execute(
            select(participation_choices).where(
                participation_choices.c.organization_id == self._organization_id,
                participation_choices.c.participation_id == participation.id,
            )
        )
        row = found.mappings().first()
        if row is None:
            return PartChoices(participation.id, participation.person_id, StatedChoices(), version=0)
        stated = StatedChoices(**{name: tuple(row[name]) for name in _NOTHING})
        return PartChoices(participation.id, participation.person_id, stated, row["version"])

    async def save(self, choices: PartChoices) -> None:
        """Store what is said now."""
        said: dict[str, Any] = {name: list(getattr(choices.stated, name)) for name in _NOTHING}
        said["version"] = choices.version
        await self._connection.execute(
            insert(participation_choices)
            .values(
                organization_id=self._organization_id,
                participation_id=choices.participation_id,
                person_id=choices.person_id,
                **said,
            )
            .on_conflict_do_update(index_elements=["organization_id", "participation_id"], set_=said)
        )

    async def forget(self, person_ids: Collection[str]) -> None:
        """Empty what these people said, in all programs."""
        columns = participation_choices.c
        await self._connection.execute(
            update(participation_choices)
            .where(
                columns.organization_id == self._organization_id,
                columns.person_id.in_(sorted(person_ids)),
                (columns.teachers != []) | (columns.learners != []) | (columns.excluded != []),
            )
            .values(version=columns.version + 1, **_NOTHING)
        )

    async def known(self, program_id: str, person_ids: Collection[str]) -> dict[str, frozenset[Role]]:
        """Those of the people whom the organization knows, with the roles in which they take part in the program."""
        found = await self._connection.execute(
            _KNOWN,
            {
                "organization_id": self._organization_id,
                "program_id": program_id,
                "person_ids": sorted(person_ids),
            },
        )
        return {row.id: frozenset(map(Role, row.roles or ())) for row in found}

    async def list_of_program(self, program_id: str) -> list[Choice]:
        """Whom people would like in this program, as far as these take part as that."""
        found = await self._connection.execute(
            _OF_PROGRAM, {"organization_id": self._organization_id, "program_id": program_id}
        )
        return [Choice(row.chooser_id, row.chosen_id, row.rank, row.teaches) for row in found]

    async def exclusions(self, among: Collection[str] | None = None) -> list[tuple[str, str]]:
        """Pairs never to be proposed in any program, the smaller id first: not even who said so can be told from it.

        All of the organization, or those with both among these people.
        """
        found = await self._connection.execute(
            _EXCLUSIONS,
            {"organization_id": self._organization_id, "person_ids": None if among is None else sorted(among)},
        )
        return [(row.one, row.other) for row in found]
