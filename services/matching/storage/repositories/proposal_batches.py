"""Proposals in the matching schema, many at a time: the results of a run, and what ends many at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.capacity import seats_of
from services.matching.domain.drafting import Draft
from services.matching.domain.entry import Planned
from services.matching.domain.explanation import COORDINATOR
from services.matching.domain.proposal import Track, participants_of

# Postgres copies into no table with row-level security, so the rows pass through tables of this transaction alone.
_STAGE = (
    "create temporary table new_proposals (like proposals) on commit drop",
    "create temporary table new_participants (like proposal_participants) on commit drop",
)
_TAKE_OVER = (
    "insert into proposals select * from new_proposals order by id",
    "insert into proposal_participants select * from new_participants order by proposal_id, person_id",
)
_PROPOSAL_COLUMNS = (
    "organization_id", "id", "program_id", "match_run_id", "kind", "source", "status", "score", "tracks",
    "explanation", "offered_at", "expires_at", "version", "created_at", "updated_at",
)  # fmt: skip
_PARTICIPANT_COLUMNS = ("organization_id", "proposal_id", "person_id", "roles", "decision", "explanation")

_LIST_PLANNED = text(
    """
    select id, tracks from proposals
     where organization_id = :organization_id and match_run_id = :match_run_id and status = 'planned'
     order by id
       for update
    """
)
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
            select id from proposals
             where organization_id = :organization_id and {condition}
             order by id
               for update
        )
        update proposals set status = '{status}', version = version + 1, updated_at = :now
          from ended where proposals.organization_id = :organization_id and proposals.id = ended.id
        """  # noqa: S608 - conditions of our own, below
    )


_OF_PEOPLE = """id in (select proposal_id from proposal_participants
                        where organization_id = :organization_id and person_id = any(:person_ids))"""
_EXPIRE = _ending("expired", "status in ('offered', 'partly_accepted') and expires_at <= :now")
_WITHDRAW_OF_PEOPLE = _ending("withdrawn", f"status in ('planned', 'offered', 'partly_accepted') and {_OF_PEOPLE}")
_WITHDRAW_OF_PROGRAM = _ending(
    "withdrawn", "status in ('planned', 'offered', 'partly_accepted') and program_id = :program_id"
)
_WITHDRAW_OF_PART = _ending(
    "withdrawn",
    f"status in ('planned', 'offered', 'partly_accepted') and program_id = :program_id and {_OF_PEOPLE}",
)


class ProposalBatches:
    """Many proposals of one organization."""

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

    async def list_planned(self, match_run_id: str) -> list[Planned]:
        """What a run found and nobody has been offered yet, held for a change."""
        found = await self._connection.execute(
            _LIST_PLANNED, {"organization_id": self._organization_id, "match_run_id": match_run_id}
        )
        return [_planned(row.id, tuple(Track(**track) for track in row.tracks)) for row in found]

    async def offer(self, match_run_id: str, possible: Collection[str], now: datetime, expires_at: datetime) -> None:
        """Offer the planned proposals of a run that are possible; the others are superseded, unseen."""
        await self._run(_OFFER, match_run_id=match_run_id, possible=sorted(possible), now=now, expires_at=expires_at)
        await self._run(_PASS_OVER, match_run_id=match_run_id, now=now)

    async def discard(self, match_run_id: str) -> None:
        """Forget the planned proposals of a run."""
        await self._run(_DISCARD_PARTICIPANTS, match_run_id=match_run_id)
        await self._run(_DISCARD, match_run_id=match_run_id)

    async def expire(self, now: datetime) -> None:
        """End the open proposals whose time is over."""
        await self._run(_EXPIRE, now=now)

    async def withdraw_of_people(self, person_ids: Sequence[str], now: datetime) -> None:
        """End what is planned or open for people who have left."""
        await self._run(_WITHDRAW_OF_PEOPLE, person_ids=list(person_ids), now=now)

    async def withdraw_of_program(self, program_id: str, now: datetime) -> None:
        """End what is planned or open in a program that closes."""
        await self._run(_WITHDRAW_OF_PROGRAM, program_id=program_id, now=now)

    async def withdraw_of_participant(self, program_id: str, person_id: str, now: datetime) -> None:
        """End what is planned or open for somebody who leaves a program."""
        await self._run(_WITHDRAW_OF_PART, program_id=program_id, person_ids=[person_id], now=now)

    async def _run(self, statement: Any, **arguments: Any) -> None:
        await self._connection.execute(statement, {"organization_id": self._organization_id, **arguments})

    def _proposal(
        self, draft: Draft, offered_at: datetime | None, expires_at: datetime | None, now: datetime
    ) -> tuple[Any, ...]:
        proposal = draft.proposal
        return (
            self._organization_id, proposal.id, proposal.program_id, proposal.match_run_id, proposal.kind,
            proposal.source, proposal.status, proposal.score, _json(proposal.tracks),
            _json(draft.explanations[COORDINATOR]), offered_at, expires_at, proposal.version, now, now,
        )  # fmt: skip

    def _participants(self, draft: Draft) -> list[tuple[Any, ...]]:
        return [
            (
                self._organization_id, draft.proposal.id, one.person_id, sorted(one.roles), one.decision,
                _json(draft.explanations[one.person_id]),
            )
            for one in draft.proposal.participants
        ]  # fmt: skip


def _planned(proposal_id: str, tracks: tuple[Track, ...]) -> Planned:
    pairs = tuple((track.teacher_id, track.learner_id) for track in tracks)
    return Planned(proposal_id, seats_of(participants_of(tracks)), pairs)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
