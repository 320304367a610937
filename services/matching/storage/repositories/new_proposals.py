"""Proposals that come into being, one or as many as a run finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.drafting import Draft
from services.matching.domain.reasons import stored

# Postgres copies into no table with row-level security, so the rows pass through tables of this transaction alone.
_STAGE = (
    "create temporary table if not exists new_proposals (like proposals) on commit drop",
    "create temporary table if not exists new_participants (like proposal_participants) on commit drop",
)
_TAKE_OVER = (
    "insert into proposals select * from new_proposals order by id",
    "insert into proposal_participants select * from new_participants order by proposal_id, person_id",
    "truncate new_proposals, new_participants",
)
_PROPOSAL_COLUMNS = (
    "organization_id", "id", "program_id", "match_run_id", "kind", "source", "status", "score", "tracks",
    "reasons", "offered_at", "expires_at", "version", "created_at", "updated_at", "request_id",
)  # fmt: skip
_PARTICIPANT_COLUMNS = ("organization_id", "proposal_id", "person_id", "roles", "decision")


class NewProposalRepository:
    """New proposals of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, drafts: Sequence[Draft], now: datetime, *, expires_at: datetime | None = None) -> None:
        """Store new proposals; those with an end are offered at once."""
        for statement in _STAGE:
            await self._connection.execute(text(statement))
        driver = await driver_connection(self._connection)
        offered_at = None if expires_at is None else now
        await driver.copy_records_to_table(
            "new_proposals",
            records=[self._proposal(draft, offered_at, expires_at, now) for draft in drafts],
            columns=_PROPOSAL_COLUMNS,
        )
        await driver.copy_records_to_table(
            "new_participants",
            records=[row for draft in drafts for row in self._participants(draft)],
            columns=_PARTICIPANT_COLUMNS,
        )
        for statement in _TAKE_OVER:
            await self._connection.execute(text(statement))

    def _proposal(
        self, draft: Draft, offered_at: datetime | None, expires_at: datetime | None, now: datetime
    ) -> tuple[Any, ...]:
        proposal = draft.proposal
        return (
            self._organization_id, proposal.id, proposal.program_id, proposal.match_run_id, proposal.kind,
            proposal.source, proposal.status, proposal.score, _json(proposal.tracks),
            _json(stored(draft.reasons)), offered_at, expires_at, proposal.version, now, now,
            proposal.request_id,
        )  # fmt: skip

    def _participants(self, draft: Draft) -> list[tuple[Any, ...]]:
        return [
            (self._organization_id, draft.proposal.id, one.person_id, sorted(one.roles), one.decision)
            for one in draft.proposal.participants
        ]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
