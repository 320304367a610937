"""How competencies relate, in the profile schema. A related pair is stored once in each direction."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.profile.domain.competency_relations import Relations

# One administrator at a time, or two could close a cycle together.
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('relations ' || :organization_id, 0))")
_ABOVE = text(
    """
    select competency_id, other_id from competency_relations
     where organization_id = :organization_id and kind = 'broader' and competency_id <> :competency_id
    """
)
_FORGET = text(
    """
    delete from competency_relations
     where organization_id = :organization_id
       and (competency_id = :competency_id or (other_id = :competency_id and kind = 'related'))
    """
)
_ADD = text(
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
    """
)


class CompetencyRelationRepository:
    """The relations of one organization's competencies."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def lock(self) -> None:
        """Let nobody else change relations until the transaction ends."""
        await self._connection.execute(_LOCK, {"organization_id": self._organization_id})

    async def above(self, competency_id: str) -> dict[str, Collection[str]]:
        """The broader competencies of all but this one."""
        found: dict[str, list[str]] = {}
        for row in await self._connection.execute(_ABOVE, self._of(competency_id)):
            found.setdefault(row.competency_id, []).append(row.other_id)
        return {**found}

    async def replace(self, competency_id: str, relations: Relations) -> None:
        """Store these relations in place of those before."""
        await self._connection.execute(_FORGET, self._of(competency_id))
        names = {"broader": list(relations.broader), "related": list(relations.related)}
        await self._connection.execute(_ADD, {**self._of(competency_id), **names})

    def _of(self, competency_id: str) -> dict[str, object]:
        return {"organization_id": self._organization_id, "competency_id": competency_id}
