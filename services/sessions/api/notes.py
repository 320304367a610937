"""Routes of notes."""

from typing import Annotated

from fastapi import Path, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import MentoringSessionInPath, NoteId
from services.sessions.api.schemas.notes import NoteChanges, NoteIn, NoteOut, NotesPage
from services.sessions.queries.notes import get_note, list_notes
from services.sessions.use_cases import notes

router = ApiRouter(prefix="/v1", tags=["notes"])

OF_MENTORING_SESSION = "/mentoring-sessions/{mentoring_session_id}/notes"
InPath = Annotated[NoteId, Path(description="The note.")]


@router.post(OF_MENTORING_SESSION, status_code=201, response_model=NoteOut, summary="Write a note")
async def notes_create(
    mentoring_session_id: MentoringSessionInPath, body: NoteIn, command: Created, wired: Wired
) -> Response:
    """Writes a note on a meeting, private unless it is shared. For the engagement's participants."""
    uow = wired.unit_of_work(command, get_note)
    answer = await notes.create(
        uow,
        command.principal,
        mentoring_session_id,
        text=body.text,
        visibility=body.visibility,
        ids=wired.ids,
        clock=wired.clock,
    )
    return answer.response()


@router.get(OF_MENTORING_SESSION, response_model=NotesPage, summary="List notes")
async def notes_list(
    mentoring_session_id: MentoringSessionInPath, caller: Caller, page: Paging, wired: Wired
) -> Response:
    """The caller's notes on a meeting and those that others shared. For the engagement's participants."""
    async with wired.read(caller) as db:
        body = await list_notes(db, page, mentoring_session_id)
    return Response(body, media_type=JSON)


@router.get("/notes/{note_id}", response_model=NoteOut, summary="Get a note")
async def notes_get(note_id: InPath, caller: Caller, wired: Wired) -> Response:
    """A note of the caller's own, or one that is shared within the engagement."""
    async with wired.read(caller) as db:
        return (await get_note(db, note_id)).response()


@router.patch("/notes/{note_id}", response_model=NoteOut, summary="Change a note")
async def notes_update(note_id: InPath, body: NoteChanges, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Changes the fields that are sent. For its author."""
    uow = wired.unit_of_work(command, get_note)
    return (await notes.update(uow, command.principal, note_id, body.changes(), seen, wired.clock)).response()


@router.delete("/notes/{note_id}", status_code=204, summary="Delete a note")
async def notes_delete(note_id: InPath, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Deletes a note for good. For its author."""
    uow = wired.unit_of_work(command)
    return (await notes.delete(uow, command.principal, note_id, seen)).response()
