"""Proposals in the matching schema, many at a time: the results of a run, and what ends many at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.drafting import Draft
from services.matching.domain.explanation import COORDINATOR

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

_PUBLISH = text(
    """
    with planned as (
        select id, program_id, tracks from proposals
         where organization_id = :organization_id and match_run_id = :match_run_id and status = 'planned'
         order by id
           for update
    ), impossible as (
        select part.proposal_id
          from planned
          join proposal_participants part on part.organization_id = :organization_id and part.proposal_id = planned.id
         cross join unnest(part.roles) as has (role)
          left join people person on person.organization_id = :organization_id and person.id = part.person_id
          left join participations participation
            on participation.organization_id = :organization_id and participation.program_id = planned.program_id
           and participation.person_id = part.person_id and has.role = any(participation.roles)
         where participation.id is null or person.active is not true
            or (select count(*) from seats taken
                 where taken.organization_id = :organization_id and taken.person_id = part.person_id
                   and taken.role = has.role and taken.released_at is null)
               >= case has.role when 'teacher' then person.teaching_capacity else person.learning_capacity end
        union
        select planned.id
          from planned
         cross join jsonb_to_recordset(planned.tracks) as track (teacher_id text, learner_id text)
          join proposal_participants one
            on one.organization_id = :organization_id and one.person_id = track.teacher_id
          join proposal_participants other
            on other.organization_id = :organization_id and other.person_id = track.learner_id
           and other.proposal_id = one.proposal_id
          join proposals present on present.organization_id = :organization_id and present.id = one.proposal_id
         where present.status in ('offered', 'partly_accepted')
            or (present.status = 'accepted'
                and exists (select from seats taken
                             where taken.organization_id = :organization_id and taken.proposal_id = present.id
                               and taken.released_at is null))
    )
    update proposals
       set status = case when impossible.proposal_id is null then 'offered' else 'superseded' end,
           offered_at = case when impossible.proposal_id is null then cast(:now as timestamptz) end,
           expires_at = cast(:expires_at as timestamptz), version = proposals.version + 1, updated_at = :now
      from planned left join impossible on impossible.proposal_id = planned.id
     where proposals.organization_id = :organization_id and proposals.id = planned.id
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

    async def publish(self, match_run_id: str, now: datetime, expires_at: datetime) -> None:
        """Offer the planned proposals of a run; those that can no longer come about are superseded, unseen."""
        await self._run(_PUBLISH, match_run_id=match_run_id, now=now, expires_at=expires_at)

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


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
