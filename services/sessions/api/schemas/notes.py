"""Bodies of the notes' operations."""

from typing import Annotated, Any

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, left_out, text
from services.sessions.api.schemas.common import MentoringSessionId, NoteId, PersonId
from services.sessions.domain.note import Visibility

NoteText = Annotated[str, *text(10_000, examples=["Ask how the budget is made."])]
NoteVisibility = Annotated[
    Visibility, Field(description="`private`: its author alone; `shared`: all participants.", examples=["private"])
]


class NoteIn(Input):
    """A new note."""

    text: NoteText
    visibility: NoteVisibility = Visibility.PRIVATE


class NoteChanges(Input):
    """The fields of a note to change; those that are left out stay (RFC 7396)."""

    text: NoteText = left_out()
    visibility: NoteVisibility = left_out()

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NoteOut(Output):
    """A note on a meeting."""

    id: NoteId
    mentoring_session_id: MentoringSessionId
    author_id: PersonId
    visibility: NoteVisibility
    text: NoteText
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class NotesPage(Output):
    """A page of notes."""

    items: list[NoteOut]
    next_cursor: NextCursor
