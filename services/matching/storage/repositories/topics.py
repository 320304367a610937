"""What is known of competencies: how they relate, and since when they are wanted."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.radar import DEFAULT_MIN_GROUP_SIZE
from services.matching.storage.tables_radar import organizations

_FORGET_RELATIONS = text(
    """
    delete from competency_relations
     where organization_id = :organization_id
       and (competency_id = :competency_id or (other_id = :competency_id and kind = 'related'))
    """
)
_ADD_RELATIONS = text(
    """
    insert into competency_relations (organization_id, competency_id, other_id, kind)
    select :organization_id, new.competency_id, new.other_id, new.kind
      from (
            select cast(:competency_id as text) as competency_id, one as other_id, 'broader' as kind
              from unnest(cast(:broader as text[])) as one
            union all
            select cast(:competency_id as text), one, 'related' from unnest(cast(:related as text[])) as one
            union all
            select one, cast(:competency_id as text), 'related' from unnest(cast(:related as text[])) as one
           ) new
    on conflict (organization_id, competency_id, other_id) do update set kind = excluded.kind
    """
)
_RELATIONS = text(
    """
    select competency_id, other_id, kind from competency_relations
     where organization_id = :organization_id order by competency_id, other_id
    """
)
_STATED = """
    select person.id as person_id, area.competency_id
      from people person
     cross join jsonb_to_recordset(person.growth_areas) as area (competency_id text, visibility text)
     where person.organization_id = :organization_id and person.id = any(cast(:person_ids as text[]))
       and person.active and area.visibility <> 'private'
"""
_NO_LONGER_WANTED = text(
    f"""
    delete from wanted_topics wanted
     where wanted.organization_id = :organization_id and wanted.person_id = any(cast(:person_ids as text[]))
       and (wanted.person_id, wanted.competency_id) not in ({_STATED})
    """  # noqa: S608 - put together from parts of our own
)
_NEWLY_WANTED = text(
    f"""
    insert into wanted_topics (organization_id, person_id, competency_id, since)
    select :organization_id, stated.person_id, stated.competency_id, cast(:today as date)
      from ({_STATED}) stated
     order by stated.person_id, stated.competency_id
    on conflict (organization_id, person_id, competency_id) do nothing
    """  # noqa: S608 - put together from parts of our own
)


class TopicRepository:
    """The competencies of one organization, as far as matching knows of them."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def relate(self, competency_id: str, broader: Sequence[str], related: Sequence[str]) -> None:
        """Store how a competency relates to others, in place of what was known."""
        of = {"organization_id": self._organization_id, "competency_id": competency_id}
        await self._connection.execute(_FORGET_RELATIONS, of)
        await self._connection.execute(_ADD_RELATIONS, {**of, "broader": list(broader), "related": list(related)})

    async def relations(self) -> list[tuple[str, str, str]]:
        """All relations: a competency, another, and whether that is `broader` or `related`."""
        found = await self._connection.execute(_RELATIONS, {"organization_id": self._organization_id})
        return [(row.competency_id, row.other_id, row.kind) for row in found]

    async def note_wishes(self, person_ids: Collection[str], today: date) -> None:
        """Remember since when these people have openly wanted what they want now."""
        of = {"organization_id": self._organization_id, "person_ids": sorted(person_ids)}
        await self._connection.execute(_NO_LONGER_WANTED, of)
        await self._connection.execute(_NEWLY_WANTED, {**of, "today": today})

    async def min_group_size(self) -> int:
        """How many people a figure must be about."""
        found = await self._connection.execute(
            select(organizations.c.min_group_size).where(organizations.c.organization_id == self._organization_id)
        )
        return found.scalar_one_or_none() or DEFAULT_MIN_GROUP_SIZE

    async def set_min_group_size(self, size: int) -> None:
        """Remember how many people a figure must be about."""
        changed = {"min_group_size": size}
        await self._connection.execute(
            insert(organizations)
            .values(organization_id=self._organization_id, **changed)
            .on_conflict_do_update(constraint="pk_organizations", set_=changed)
        )
