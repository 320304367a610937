"""Mentoring sessions in the sessions schema."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.mentoring_session import (
    MentoringSession,
    MentoringSessionNotFoundError,
    MentoringSessionStatus,
    Plan,
)
from services.sessions.storage.tables import mentoring_sessions


class MentoringSessionRepository:
    """The meetings of the organization that the unit of work is open for; what is read is locked."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, mentoring_session: MentoringSession) -> None:
        """Store a new meeting."""
        await self._connection.execute(
            insert(mentoring_sessions).values(
                organization_id=self._organization_id,
                id=mentoring_session.id,
                engagement_id=mentoring_session.engagement_id,
                scheduled_by=mentoring_session.scheduled_by,
                created_at=mentoring_session.created_at,
                **_state(mentoring_session),
            )
        )

    async def get(self, mentoring_session_id: str) -> MentoringSession:
        """The meeting; `MentoringSessionNotFoundError` if there is none."""
        found = await self._connection.execute(self._locked().where(mentoring_sessions.c.id == mentoring_session_id))
        row = found.mappings().first()
        if row is None:
            raise MentoringSessionNotFoundError
        return _mentoring_session(row)

    async def save(self, mentoring_session: MentoringSession) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(mentoring_sessions)
            .where(
                mentoring_sessions.c.organization_id == self._organization_id,
                mentoring_sessions.c.id == mentoring_session.id,
            )
            .values(**_state(mentoring_session))
        )

    async def list_scheduled_after(self, engagement_id: str, moment: datetime) -> Sequence[MentoringSession]:
        """The meetings of an engagement that are still to come."""
        found = await self._connection.execute(
            self._locked().where(
                mentoring_sessions.c.engagement_id == engagement_id,
                mentoring_sessions.c.status == MentoringSessionStatus.SCHEDULED,
                mentoring_sessions.c.starts_at > moment,
            )
        )
        return [_mentoring_session(row) for row in found.mappings()]

    def _locked(self) -> Select[Any]:
        own = mentoring_sessions.c.organization_id == self._organization_id
        return select(mentoring_sessions).where(own).order_by(mentoring_sessions.c.id).with_for_update(key_share=True)


def _state(mentoring_session: MentoringSession) -> dict[str, Any]:
    return {
        **asdict(mentoring_session.plan),
        "status": mentoring_session.status,
        "attended": list(mentoring_session.attended),
        "absent": list(mentoring_session.absent),
        "version": mentoring_session.version,
        "updated_at": mentoring_session.updated_at,
        "closed_at": mentoring_session.closed_at,
    }


def _mentoring_session(row: RowMapping) -> MentoringSession:
    return MentoringSession(
        id=row["id"],
        engagement_id=row["engagement_id"],
        plan=Plan(row["starts_at"], row["ends_at"], row["time_zone"], row["place"], row["agenda"]),
        scheduled_by=row["scheduled_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        status=MentoringSessionStatus(row["status"]),
        attended=tuple(row["attended"]),
        absent=tuple(row["absent"]),
        closed_at=row["closed_at"],
        version=row["version"],
    )
