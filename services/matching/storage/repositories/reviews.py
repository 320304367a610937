"""Reviews of runs, in the matching schema."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_ADD = text(
    """
    insert into match_run_reviews (organization_id, match_run_id, figures)
    values (:organization_id, :match_run_id, cast(:figures as jsonb))
    on conflict (organization_id, match_run_id) do update set figures = excluded.figures
    """
)
_EXPLAIN = text(
    """
    update match_run_left_out left_out
       set code = why.code, rule = why.rule, short_by = why.short_by
      from jsonb_to_recordset(cast(:left_out as jsonb)) as why (person_id text, code text, rule text, short_by integer)
     where left_out.organization_id = :organization_id and left_out.match_run_id = :match_run_id
       and left_out.person_id = why.person_id
    """
)


class ReviewRepository:
    """The reviews of one organization's runs."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, match_run_id: str, figures: Mapping[str, Any], left_out: Sequence[Mapping[str, Any]]) -> None:
        """Keep the review of a run; whom it left out is told why."""
        of = {"organization_id": self._organization_id, "match_run_id": match_run_id}
        await self._connection.execute(_ADD, {**of, "figures": orjson.dumps(figures).decode()})
        await self._connection.execute(_EXPLAIN, {**of, "left_out": orjson.dumps(list(left_out)).decode()})
