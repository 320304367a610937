"""Write, change and delete notes."""

from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.domain.note import Note, NoteNotFoundError, Visibility
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.ports import UnitOfWork


async def create(
    uow: UnitOfWork,
    caller: Principal,
    mentoring_session_id: str,
    *,
    text: str,
    visibility: Visibility,
    ids: Ids,
    clock: Clock,
) -> Answer:
    """Write a note on a meeting."""
    now = clock.now()
    async with uow:
        engagement = await uow.engagements.get_of_mentoring_session(mentoring_session_id)
        author_id = require_part(engagement, caller, MentoringSessionNotFoundError)
        note = Note(ids.new("not"), mentoring_session_id, author_id, visibility, text, now, now)
        await uow.notes.add(note)
        return await uow.answer(note.id, status=201, location=f"/v1/notes/{note.id}")


async def update(
    uow: UnitOfWork, caller: Principal, note_id: str, changes: dict[str, Any], seen: int, clock: Clock
) -> Answer:
    """Change a note of one's own; `changes` names the fields that were sent."""
    async with uow:
        note = await _readable(uow, caller, note_id)
        note.require_author(caller.person_id)
        check_version(seen, note.version)
        wanted = {"text": note.text, "visibility": note.visibility, **changes}
        await uow.notes.save(note.edit(caller.person_id, **wanted, now=clock.now()))
        return await uow.answer(note_id)


async def delete(uow: UnitOfWork, caller: Principal, note_id: str, seen: int) -> Answer:
    """Delete a note of one's own."""
    async with uow:
        note = await _readable(uow, caller, note_id)
        note.require_author(caller.person_id)
        check_version(seen, note.version)
        await uow.notes.remove(note)
        return await uow.no_content()


async def _readable(uow: UnitOfWork, caller: Principal, note_id: str) -> Note:
    note = await uow.notes.get(note_id)
    engagement = await uow.engagements.get_of_mentoring_session(note.mentoring_session_id)
    if caller.person_id not in engagement.person_ids or not note.is_visible_to(caller.person_id):
        raise NoteNotFoundError
    return note
