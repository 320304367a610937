"""Proposals that come into being, one or as many as a run finds."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.drafting import Draft
from services.matching.domain.kinds import Role
from services.matching.domain.reasons import stored

# Postgres copies into no table with row-level security, so what is each proposal's own passes through tables of this
# transaction alone; they are read in the order in which they are written.
_STAGE = """
create temporary table if not exists new_proposals (id text, score integer, tracks jsonb, reasons jsonb)
    on commit drop;
create temporary table if not exists new_participants (proposal_id text, person_id text, roles text[], decision text)
    on commit drop;
truncate new_proposals, new_participants
"""
_PROPOSALS, _PARTICIPANTS = ("id", "score", "tracks", "reasons"), ("proposal_id", "person_id", "roles", "decision")
_ADD_PROPOSALS = """
insert into proposals (organization_id, program_id, match_run_id, kind, source, status, offered_at, expires_at, version,
                       created_at, updated_at, request_id, id, score, tracks, reasons)
select $1, $2, $3, $4, $5, $6, $7::timestamptz, $8::timestamptz, $9::integer, $10::timestamptz, $10::timestamptz, $11,
       id, score, tracks, reasons
  from new_proposals
"""
_ADD_PARTICIPANTS = """
insert into proposal_participants (organization_id, proposal_id, person_id, roles, decision)
select $1, proposal_id, person_id, roles, decision from new_participants
"""


class NewProposalRepository:
    """New proposals of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, drafts: Sequence[Draft], now: datetime, *, expires_at: datetime | None = None) -> None:
        """Store new proposals of one occasion; those with an end are offered at once."""
        driver = await driver_connection(self._connection)
        await driver.execute(_STAGE)
        await driver.copy_to_table("new_proposals", source=_lines(map(_proposal, drafts)), columns=_PROPOSALS)
        participants = (line for draft in drafts for line in _participants(draft))
        await driver.copy_to_table("new_participants", source=_lines(participants), columns=_PARTICIPANTS)
        one = drafts[0].proposal
        await driver.execute(
            _ADD_PROPOSALS, self._organization_id, one.program_id, one.match_run_id, one.kind, one.source, one.status,
            None if expires_at is None else now, expires_at, one.version, now, one.request_id,
        )  # fmt: skip
        await driver.execute(_ADD_PARTICIPANTS, self._organization_id)


def _lines(lines: Iterator[str]) -> BytesIO:
    return BytesIO("".join(lines).encode())


def _proposal(draft: Draft) -> str:
    proposal = draft.proposal
    documents = f"{_json(proposal.tracks)}\t{_json(stored(draft.reasons))}"
    return f"{proposal.id}\t{proposal.score}\t{documents}\n"


def _participants(draft: Draft) -> Iterator[str]:
    proposal = draft.proposal
    for one in proposal.participants:
        yield f"{proposal.id}\t{one.person_id}\t{_array(one.roles)}\t{one.decision}\n"


@cache
def _array(roles: frozenset[Role]) -> str:
    return f"{{{','.join(sorted(roles))}}}"


def _json(value: Any) -> str:
    # Control characters are escaped in JSON already; to the copy, the escaping character is one more.
    return orjson.dumps(value).decode().replace("\\", "\\\\")
