"""Facts written in the transaction of the change that they tell of."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.ids import Ids

_APPEND = text(
    """
    insert into outbox (organization_id, id, type, subject_id, data, occurred_at)
    select :organization_id, fact.id, :type, fact.subject_id, fact.data::jsonb, :occurred_at
      from unnest(cast(:ids as text[]), cast(:subject_ids as text[]), cast(:data as text[]))
           with ordinality as fact (id, subject_id, data, position)
     order by fact.position
    """
)


class Outbox:
    """The events of one organization, inside a transaction."""

    def __init__(self, connection: AsyncConnection, organization_id: str, ids: Ids, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._ids = ids
        self._clock = clock

    async def append(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        """Tell one fact about one subject."""
        await self.append_many(type_, [(subject_id, data)])

    async def append_many(self, type_: str, facts: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Tell the same kind of fact about many subjects, in one statement; each fact is (subject id, data)."""
        rows = [(self._ids.new("evt"), subject_id, orjson.dumps(data).decode()) for subject_id, data in facts]
        if not rows:
            return
        ids, subject_ids, data = zip(*rows, strict=True)
        await self._connection.execute(
            _APPEND,
            {
                "organization_id": self._organization_id,
                "type": type_,
                "occurred_at": self._clock.now(),
                "ids": list(ids),
                "subject_ids": list(subject_ids),
                "data": list(data),
            },
        )
