"""Notes in the sessions schema."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.note import Note, NoteNotFoundError, Visibility
from services.sessions.storage.tables import notes


class NoteRepository:
    """The notes of the organization that the unit of work is open for; what is read is locked."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, note: Note) -> None:
        """Store a new note."""
        await self._connection.execute(
            insert(notes).values(
                organization_id=self._organization_id,
                id=note.id,
                mentoring_session_id=note.mentoring_session_id,
                author_id=note.author_id,
                created_at=note.created_at,
                **_state(note),
            )
        )

    async def get(self, note_id: str) -> Note:
        """The note; `NoteNotFoundError` if there is none."""
        found = await self._connection.execute(select(notes).where(self._is(note_id)).with_for_update(key_share=True))
        row = found.mappings().first()
        if row is None:
            raise NoteNotFoundError
        return Note(
            id=row["id"],
            mentoring_session_id=row["mentoring_session_id"],
            author_id=row["author_id"],
            visibility=Visibility(row["visibility"]),
            text=row["text"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            version=row["version"],
        )

    async def save(self, note: Note) -> None:
        """Store its new state."""
        await self._connection.execute(update(notes).where(self._is(note.id)).values(**_state(note)))

    async def remove(self, note: Note) -> None:
        """Forget it."""
        await self._connection.execute(delete(notes).where(self._is(note.id)))

    def _is(self, note_id: str) -> Any:
        return (notes.c.organization_id == self._organization_id) & (notes.c.id == note_id)


def _state(note: Note) -> dict[str, Any]:
    return {
        "visibility": note.visibility,
        "text": note.text,
        "version": note.version,
        "updated_at": note.updated_at,
    }
