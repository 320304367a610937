"""Commitments in the sessions schema."""

from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.commitment import (
    Application,
    Commitment,
    CommitmentNotFoundError,
    CommitmentStatus,
    Setting,
)
from services.sessions.storage.tables import commitments


class CommitmentRepository:
    """The commitments of the organization that the unit of work is open for; what is read is locked."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, commitment: Commitment) -> None:
        """Store a new commitment."""
        await self._connection.execute(
            insert(commitments).values(
                organization_id=self._organization_id,
                id=commitment.id,
                engagement_id=commitment.engagement_id,
                mentoring_session_id=commitment.mentoring_session_id,
                owner_id=commitment.owner_id,
                what=commitment.what,
                when_on=commitment.when_on,
                place=commitment.where,
                created_at=commitment.created_at,
                **_state(commitment),
            )
        )

    async def get(self, commitment_id: str) -> Commitment:
        """The commitment; `CommitmentNotFoundError` if there is none."""
        found = await self._connection.execute(
            select(commitments).where(self._is(commitment_id)).with_for_update(key_share=True)
        )
        row = found.mappings().first()
        if row is None:
            raise CommitmentNotFoundError
        return _commitment(row)

    async def save(self, commitment: Commitment) -> None:
        """Store its new state."""
        await self._connection.execute(update(commitments).where(self._is(commitment.id)).values(**_state(commitment)))

    def _is(self, commitment_id: str) -> Any:
        return (commitments.c.organization_id == self._organization_id) & (commitments.c.id == commitment_id)


def _state(commitment: Commitment) -> dict[str, Any]:
    used = commitment.application
    return {
        "status": commitment.status,
        "used_on": used.used_on if used else None,
        "setting": used.setting if used else None,
        "evidence": used.evidence if used else None,
        "why_not": commitment.why_not,
        "version": commitment.version,
        "updated_at": commitment.updated_at,
    }


def _commitment(row: RowMapping) -> Commitment:
    application = None
    if row["used_on"] is not None:
        application = Application(row["used_on"], Setting(row["setting"]), row["evidence"])
    return Commitment(
        id=row["id"],
        mentoring_session_id=row["mentoring_session_id"],
        engagement_id=row["engagement_id"],
        owner_id=row["owner_id"],
        what=row["what"],
        when_on=row["when_on"],
        where=row["place"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        status=CommitmentStatus(row["status"]),
        application=application,
        why_not=row["why_not"],
        version=row["version"],
    )
