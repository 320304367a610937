"""Feedback and learnings in the sessions schema."""

from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.reflection import Feedback, Learning
from services.sessions.storage.tables import feedback as feedback_table
from services.sessions.storage.tables import learnings


class ReflectionRepository:
    """What people of the organization say when they look back; written once."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add_feedback(self, feedback: Feedback) -> None:
        """Store feedback."""
        await self._connection.execute(
            insert(feedback_table).values(
                organization_id=self._organization_id,
                id=feedback.id,
                engagement_id=feedback.engagement_id,
                author_id=feedback.author_id,
                created_at=feedback.created_at,
                **asdict(feedback.scores),
            )
        )

    async def add_learning(self, learning: Learning) -> None:
        """Store a learning."""
        await self._connection.execute(
            insert(learnings).values(organization_id=self._organization_id, **asdict(learning))
        )
