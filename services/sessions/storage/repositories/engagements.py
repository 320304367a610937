"""Engagements in the sessions schema, with their participants and tracks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, ScalarSelect, Select, Table, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.agreement import AgreementNotFoundError
from services.sessions.domain.engagement import ENDED, Engagement, EngagementNotFoundError, Participant, Status
from services.sessions.domain.kinds import Kind
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.domain.tracks import Direction, Role, Track
from services.sessions.storage.tables import agreements, engagements, mentoring_sessions, participants, tracks


class EngagementRepository:
    """The engagements of the organization that the unit of work is open for; what is read is locked."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, engagement: Engagement) -> None:
        """Store a new engagement."""
        own = {"organization_id": self._organization_id}
        await self._connection.execute(
            insert(engagements).values(
                **own,
                id=engagement.id,
                program_id=engagement.program_id,
                proposal_id=engagement.proposal_id,
                kind=engagement.kind,
                purpose=engagement.purpose,
                created_at=engagement.created_at,
                **_state(engagement),
            )
        )
        people = [
            {
                **own,
                "engagement_id": engagement.id,
                "person_id": participant.person_id,
                "roles": list(participant.roles),
                "reporting_level": participant.reporting_level,
            }
            for participant in engagement.participants
        ]
        await self._connection.execute(insert(participants), people)
        if engagement.tracks:
            await self._connection.execute(
                insert(tracks),
                [{**own, "engagement_id": engagement.id, **_columns(track)} for track in engagement.tracks],
            )

    async def get(self, engagement_id: str) -> Engagement:
        """The engagement; `EngagementNotFoundError` if there is none."""
        found = await self._load(self._locked().where(engagements.c.id == engagement_id))
        if not found:
            raise EngagementNotFoundError
        return found[0]

    async def get_of_agreement(self, agreement_id: str) -> Engagement:
        """The engagement that the agreement belongs to; `AgreementNotFoundError` if there is none."""
        found = await self._load(self._locked().where(engagements.c.id == self._parent(agreements, agreement_id)))
        if not found:
            raise AgreementNotFoundError
        return found[0]

    async def get_of_mentoring_session(self, mentoring_session_id: str) -> Engagement:
        """The engagement that the meeting belongs to; `MentoringSessionNotFoundError` if there is none."""
        parent = self._parent(mentoring_sessions, mentoring_session_id)
        found = await self._load(self._locked().where(engagements.c.id == parent))
        if not found:
            raise MentoringSessionNotFoundError
        return found[0]

    async def save(self, engagement: Engagement) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(engagements)
            .where(engagements.c.organization_id == self._organization_id, engagements.c.id == engagement.id)
            .values(**_state(engagement))
        )

    async def knows_proposal(self, proposal_id: str) -> bool:
        """Whether an engagement came of the proposal before."""
        known = exists().where(
            engagements.c.organization_id == self._organization_id, engagements.c.proposal_id == proposal_id
        )
        return bool(await self._connection.scalar(select(known)))

    async def list_open_of(self, person_id: str) -> Sequence[Engagement]:
        """The engagements of a person that have not ended."""
        takes_part = exists().where(
            participants.c.organization_id == self._organization_id,
            participants.c.engagement_id == engagements.c.id,
            participants.c.person_id == person_id,
        )
        return await self._load(self._locked().where(takes_part, engagements.c.status.not_in(ENDED)))

    async def list_forming_since(self, moment: datetime) -> Sequence[Engagement]:
        """The engagements that have been forming since this moment or longer."""
        is_due = (engagements.c.status == Status.FORMING) & (engagements.c.created_at <= moment)
        return await self._load(self._locked().where(is_due))

    def _parent(self, table: Table, child_id: str) -> ScalarSelect[Any]:
        is_child = (table.c.organization_id == self._organization_id) & (table.c.id == child_id)
        return select(table.c.engagement_id).where(is_child).scalar_subquery()

    def _locked(self) -> Select[Any]:
        own = engagements.c.organization_id == self._organization_id
        # In the order of ids, so that two transactions that lock several never wait for each other.
        return select(engagements).where(own).order_by(engagements.c.id).with_for_update(key_share=True)

    async def _load(self, statement: Select[Any]) -> list[Engagement]:
        rows = (await self._connection.execute(statement)).mappings().all()
        ids = [row["id"] for row in rows]
        people = await self._parts(participants, participants.c.person_id, ids)
        directions = await self._parts(tracks, tracks.c.id, ids)
        return [_engagement(row, people[row["id"]], directions[row["id"]]) for row in rows]

    async def _parts(self, table: Table, order: Any, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
        of_engagement: dict[str, list[RowMapping]] = defaultdict(list)
        found = await self._connection.execute(
            select(table)
            .where(table.c.organization_id == self._organization_id, table.c.engagement_id.in_(ids))
            .order_by(order)
        )
        for row in found.mappings():
            of_engagement[row["engagement_id"]].append(row)
        return of_engagement


def _state(engagement: Engagement) -> dict[str, Any]:
    return {
        "status": engagement.status,
        "ended_by": engagement.ended_by,
        "end_reason": engagement.end_reason,
        "version": engagement.version,
        "updated_at": engagement.updated_at,
        "activated_at": engagement.activated_at,
        "ended_at": engagement.ended_at,
    }


def _columns(track: Track) -> dict[str, Any]:
    return {
        "id": track.id,
        "teacher_id": track.teacher_id,
        "learner_id": track.learner_id,
        "competency_id": track.competency_id,
        "competency_label": track.competency_label,
        "discreet": track.discreet,
        "direction": track.direction,
    }


def _engagement(row: RowMapping, people: Sequence[RowMapping], directions: Sequence[RowMapping]) -> Engagement:
    return Engagement(
        id=row["id"],
        program_id=row["program_id"],
        proposal_id=row["proposal_id"],
        kind=Kind(row["kind"]),
        purpose=row["purpose"],
        participants=tuple(
            Participant(person["person_id"], tuple(map(Role, person["roles"])), person["reporting_level"])
            for person in people
        ),
        tracks=tuple(
            Track(
                id=track["id"],
                teacher_id=track["teacher_id"],
                learner_id=track["learner_id"],
                competency_id=track["competency_id"],
                competency_label=track["competency_label"],
                discreet=track["discreet"],
                direction=Direction(track["direction"]),
            )
            for track in directions
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        status=Status(row["status"]),
        activated_at=row["activated_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        end_reason=row["end_reason"],
        version=row["version"],
    )
