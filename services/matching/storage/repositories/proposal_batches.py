"""Proposals in the matching schema, many at a time: what a run found is offered or forgotten, and what ends at once."""

from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.capacity import seats_of
from services.matching.domain.entry import Planned
from services.matching.domain.proposal import Track, participants_of
from services.matching.storage.profiles import read_ahead
from services.matching.storage.repositories.proposals import IS_GROUP, OF_PEOPLE

_PLANNED = """
    select id, tracks::text from proposals
     where organization_id = $1 and match_run_id = $2 and status = 'planned'
     order by id
       for update
"""
_OFFER = text(
    """
    update proposals
       set status = 'offered', offered_at = :now, expires_at = :expires_at, version = version + 1, updated_at = :now
      from unnest(cast(:possible as text[])) as possible (id)
     where proposals.organization_id = :organization_id and proposals.id = possible.id
       and proposals.match_run_id = :match_run_id and proposals.status = 'planned'
    """
)
_PASS_OVER = text(
    """
    update proposals set status = 'superseded', version = version + 1, updated_at = :now
     where organization_id = :organization_id and match_run_id = :match_run_id and status = 'planned'
    """
)
_DISCARD_PARTICIPANTS = text(
    """
    delete from proposal_participants part using proposals proposal
     where part.organization_id = :organization_id and proposal.organization_id = :organization_id
       and proposal.id = part.proposal_id and proposal.match_run_id = :match_run_id and proposal.status = 'planned'
    """
)
_DISCARD = text(
    """
    delete from proposals
     where organization_id = :organization_id and match_run_id = :match_run_id and status = 'planned'
    """
)


def _ending(status: str, condition: str) -> Any:
    return text(
        f"""
        with ended as (
            select proposal.id from proposals proposal
             where proposal.organization_id = :organization_id and {condition}
             order by proposal.id
               for update
        ), changed as (
            update proposals set status = '{status}', version = version + 1, updated_at = :now
              from ended where proposals.organization_id = :organization_id and proposals.id = ended.id
            returning proposals.request_id
        )
        select distinct request_id from changed where request_id is not null
        """  # noqa: S608 - conditions of our own, below
    )


_OPEN = "proposal.status in ('offered', 'partly_accepted')"
# A group goes on without some of its people; what becomes of it is not decided here.
_OF_PEOPLE = f"""(proposal.status = 'planned' or ({_OPEN} and not {IS_GROUP}))
    and {OF_PEOPLE}"""
_OF_PROGRAM = "proposal.program_id = :program_id"
_WITHDRAW_OF_PEOPLE = _ending("withdrawn", _OF_PEOPLE)
_WITHDRAW_OF_PROGRAM = _ending("withdrawn", f"(proposal.status = 'planned' or {_OPEN}) and {_OF_PROGRAM}")
_WITHDRAW_OF_PART = _ending("withdrawn", f"{_OF_PROGRAM} and {_OF_PEOPLE}")
_DUE = f"""proposal.organization_id = :organization_id and proposal.id = any(:proposal_ids)
       and {_OPEN} and proposal.expires_at <= :now"""
_HOLD_DUE = text(f"select proposal.id from proposals proposal where {_DUE} order by proposal.id for update")  # noqa: S608 - the same
# A group whose teacher has said yes may have its quorum.
_EXPIRE = text(
    f"""
    update proposals proposal set status = 'expired', version = version + 1, updated_at = :now
     where {_DUE}
       and not ({IS_GROUP} and exists (
           select from proposal_participants part
            where part.organization_id = :organization_id and part.proposal_id = proposal.id
              and 'teacher' = any(part.roles) and part.decision = 'accepted'))
    returning proposal.id, proposal.request_id
    """  # noqa: S608 - the same
)


class ProposalBatches:
    """Many proposals of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def stream_planned(self, match_run_id: str) -> AsyncGenerator[Iterable[Planned], None]:
        """What a run found and nobody has been offered yet, some at a time, held for a change."""
        found = read_ahead(self._connection, _PLANNED, self._organization_id, match_run_id)
        async with aclosing(found):
            async for rows in found:
                yield map(_planned, rows)

    async def offer(self, match_run_id: str, possible: Collection[str], now: datetime, expires_at: datetime) -> None:
        """Offer the planned proposals of a run that are possible; the others are superseded, unseen."""
        await self._run(_OFFER, match_run_id=match_run_id, possible=sorted(possible), now=now, expires_at=expires_at)
        await self._run(_PASS_OVER, match_run_id=match_run_id, now=now)

    async def discard(self, match_run_id: str) -> None:
        """Forget the planned proposals of a run."""
        await self._run(_DISCARD_PARTICIPANTS, match_run_id=match_run_id)
        await self._run(_DISCARD, match_run_id=match_run_id)

    async def expire(self, proposal_ids: Sequence[str], now: datetime) -> Sequence[tuple[str, str | None]]:
        """End those of the proposals that are open and whose time is over, but groups that may have their quorum.

        What it gives are the ids of those that ended, each with the request that asked with it.
        """
        # Held first: so the second statement sees every decision that was on its way.
        await self._run(_HOLD_DUE, proposal_ids=proposal_ids, now=now)
        return [(row.id, row.request_id) for row in await self._run(_EXPIRE, proposal_ids=proposal_ids, now=now)]

    async def withdraw_of_people(self, person_ids: Sequence[str], now: datetime) -> Collection[str]:
        """End what is planned or open, but open groups, for people who have left.

        What this and the next two give are the requests that asked with it.
        """
        return await self._ended(_WITHDRAW_OF_PEOPLE, person_ids=list(person_ids), now=now)

    async def withdraw_of_program(self, program_id: str, now: datetime) -> Collection[str]:
        """End what is planned or open in a program that closes."""
        return await self._ended(_WITHDRAW_OF_PROGRAM, program_id=program_id, now=now)

    async def withdraw_of_participant(self, program_id: str, person_id: str, now: datetime) -> Collection[str]:
        """End what is planned or open, but open groups, for somebody who leaves a program."""
        return await self._ended(_WITHDRAW_OF_PART, program_id=program_id, person_ids=[person_id], now=now)

    async def _ended(self, statement: Any, **arguments: Any) -> Collection[str]:
        return [row.request_id for row in await self._run(statement, **arguments)]

    async def _run(self, statement: Any, **arguments: Any) -> Any:
        return await self._connection.execute(statement, {"organization_id": self._organization_id, **arguments})


def _planned(row: asyncpg.Record) -> Planned:
    tracks = tuple(Track(**track) for track in orjson.loads(row["tracks"]))
    pairs = tuple((track.teacher_id, track.learner_id) for track in tracks)
    return Planned(row["id"], seats_of(participants_of(tracks)), pairs)
