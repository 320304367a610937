"""Proposals in the matching schema, one at a time and under locks.

Whoever holds several things holds them in this order, and each kind in the order of its ids, so that nobody waits in a
ring: programs, participations, requests, people, contests, proposals.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.capacity import Seat
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.proposal import (
    Decision,
    Participant,
    Proposal,
    ProposalNotFoundError,
    ProposalStatus,
    Source,
    Track,
)
from services.matching.storage.tables import proposal_participants, proposals

IS_GROUP = """(jsonb_array_length(proposal.tracks) > 1 and
           (select count(distinct track ->> 'teacher_id') from jsonb_array_elements(proposal.tracks) as track) = 1)"""
# What a run has just written has no statistics yet; an array is made once, and not joined row by row.
OF_PEOPLE = """proposal.id = any(array(
           select part.proposal_id from proposal_participants part
            where part.organization_id = :organization_id and part.person_id = any(:person_ids)))"""
_OPEN_OF_PEOPLE = f"""proposal.organization_id = :organization_id
       and proposal.status in ('offered', 'partly_accepted') and {OF_PEOPLE}"""
_LOCK_OPEN = text(
    f"""
    select proposal.id from proposals proposal where {_OPEN_OF_PEOPLE} order by proposal.id for update
    """  # noqa: S608 - put together from parts of our own
)
_OPEN_GROUPS = text(
    f"""
    select proposal.id from proposals proposal
     where {_OPEN_OF_PEOPLE} and {IS_GROUP} and (cast(:program_id as text) is null or proposal.program_id = :program_id)
     order by proposal.id
    """  # noqa: S608 - put together from parts of our own
)
_DUE = text(
    """
    select id from proposals
     where organization_id = :organization_id and status in ('offered', 'partly_accepted') and expires_at <= :now
     order by id
    """
)
_SUPERSEDE = text(
    f"""
    update proposals proposal
       set status = 'superseded', version = version + 1, updated_at = :now
     where proposal.organization_id = :organization_id and proposal.status in ('offered', 'partly_accepted')
       and not {IS_GROUP}
       and proposal.id = any(array(
           select part.proposal_id
             from unnest(cast(:person_ids as text[]), cast(:roles as text[])) as full_now (person_id, role)
             join proposal_participants part
               on part.person_id = full_now.person_id and full_now.role = any(part.roles)
            where part.organization_id = :organization_id
           ))
    returning request_id
    """  # noqa: S608 - put together from parts of our own
)


class ProposalRepository:
    """The proposals of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def participant_ids(self, proposal_id: str) -> tuple[str, ...]:
        """Whom the proposal is about; that never changes, so no lock is needed to know it."""
        found = await self._connection.execute(
            select(proposal_participants.c.person_id).where(self._part_of(proposal_id))
        )
        person_ids = tuple(found.scalars())
        if not person_ids:
            raise ProposalNotFoundError
        return person_ids

    async def lock_open(self, person_ids: Collection[str]) -> None:
        """Hold every open proposal of these people for a change."""
        await self._connection.execute(
            _LOCK_OPEN, {"organization_id": self._organization_id, "person_ids": list(person_ids)}
        )

    async def get(self, proposal_id: str) -> Proposal:
        """The proposal, locked for a change."""
        found = await self._connection.execute(select(proposals).where(self._is(proposal_id)).with_for_update())
        row = found.mappings().first()
        if row is None:
            raise ProposalNotFoundError
        parts = await self._connection.execute(
            select(proposal_participants).where(self._part_of(proposal_id)).order_by(proposal_participants.c.person_id)
        )
        return Proposal(
            id=row["id"],
            program_id=row["program_id"],
            match_run_id=row["match_run_id"],
            kind=Kind(row["kind"]),
            source=Source(row["source"]),
            status=ProposalStatus(row["status"]),
            score=row["score"],
            participants=tuple(
                Participant(part["person_id"], frozenset(map(Role, part["roles"])), Decision(part["decision"]))
                for part in parts.mappings()
            ),
            tracks=tuple(Track(**track) for track in row["tracks"]),
            expires_at=row["expires_at"],
            was_offered=row["offered_at"] is not None,
            version=row["version"],
            declined_at=row["declined_at"],
            request_id=row["request_id"],
        )

    async def list_open_groups(self, person_ids: Collection[str], program_id: str | None = None) -> list[Proposal]:
        """The open proposals of groups with these people, perhaps of one program alone, locked for a change."""
        found = await self._connection.execute(
            _OPEN_GROUPS,
            {"organization_id": self._organization_id, "person_ids": list(person_ids), "program_id": program_id},
        )
        return [await self.get(proposal_id) for proposal_id in found.scalars().all()]

    async def list_due(self, now: datetime) -> Sequence[str]:
        """The open proposals whose time is over, by id."""
        found = await self._connection.execute(_DUE, {"organization_id": self._organization_id, "now": now})
        return found.scalars().all()

    async def save(self, proposal: Proposal, now: datetime) -> None:
        """Store where it stands; what leaves its version as it is changes nothing that tells of a change."""
        is_same = proposals.c.version == proposal.version
        await self._connection.execute(
            update(proposals)
            .where(self._is(proposal.id))
            .values(
                status=proposal.status,
                version=proposal.version,
                updated_at=case((is_same, proposals.c.updated_at), else_=now),
                declined_at=proposal.declined_at,
            )
        )

    async def save_without(self, proposal: Proposal, now: datetime) -> None:
        """Store where it stands and who is out of it."""
        await self.save(proposal, now)
        out = [one.person_id for one in proposal.participants if one.decision is Decision.OUT]
        await self._connection.execute(
            update(proposal_participants)
            .where(self._part_of(proposal.id), proposal_participants.c.person_id.in_(out))
            .values(decision=Decision.OUT)
        )

    async def save_decision(self, proposal: Proposal, person_id: str, reason: str | None, now: datetime) -> None:
        """Store where it stands and what this participant said."""
        await self.save(proposal, now)
        participant = proposal.participant(person_id)
        assert participant is not None, "only participants decide"
        await self._connection.execute(
            update(proposal_participants)
            .where(self._part_of(proposal.id), proposal_participants.c.person_id == person_id)
            .values(decision=participant.decision, decided_at=now, decline_reason=reason)
        )

    async def supersede(self, full: Iterable[Seat], now: datetime) -> Collection[str]:
        """Close the open proposals, but groups, that count on places which are now all taken.

        What it gives are the requests that asked with one of them.
        """
        seats = sorted(full, key=lambda seat: (seat.person_id, seat.role))
        ended = await self._connection.execute(
            _SUPERSEDE,
            {
                "organization_id": self._organization_id,
                "person_ids": [seat.person_id for seat in seats],
                "roles": [str(seat.role) for seat in seats],
                "now": now,
            },
        )
        return {request_id for request_id in ended.scalars() if request_id is not None}

    def _is(self, proposal_id: str) -> Any:
        return (proposals.c.organization_id == self._organization_id) & (proposals.c.id == proposal_id)

    def _part_of(self, proposal_id: str) -> Any:
        columns = proposal_participants.c
        return (columns.organization_id == self._organization_id) & (columns.proposal_id == proposal_id)
