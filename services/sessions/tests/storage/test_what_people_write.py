from datetime import date

import pytest
from sqlalchemy import select

from kit.database import Database
from services.sessions.domain.commitment import Application, Commitment, CommitmentNotFoundError, Setting
from services.sessions.domain.note import Note, NoteNotFoundError, Visibility
from services.sessions.domain.reflection import Scores, give_feedback, log_learning
from services.sessions.storage.tables import feedback, learnings
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, a_meeting, active
from services.sessions.tests.storage.conftest import Home

NOTE = Note("not_1", "mts_1", JUNIOR, Visibility.PRIVATE, "Ask about the budget", NOW, NOW)
COMMITMENT = Commitment(
    id="com_1",
    mentoring_session_id="mts_1",
    engagement_id=active().id,
    owner_id=EXECUTIVE,
    what="Ask for error bars",
    when_on=date(2026, 3, 9),
    where="Monday's review",
    created_at=NOW,
    updated_at=NOW,
)


async def fill(home: Home) -> None:
    async with home() as db:
        await db.engagements.add(active())
        await db.mentoring_sessions.add(a_meeting(active()))
        await db.notes.add(NOTE)
        await db.commitments.add(COMMITMENT)


async def test_a_note_comes_back_changes_and_goes(home: Home, elsewhere: Home) -> None:
    await fill(home)
    await fill(elsewhere)
    edited = NOTE.edit(JUNIOR, text="Ask about time", visibility=Visibility.SHARED, now=NOW)
    async with home() as db:
        assert await db.notes.get(NOTE.id) == NOTE
        await db.notes.save(edited)
        assert await db.notes.get(NOTE.id) == edited
        await db.notes.remove(edited)
        with pytest.raises(NoteNotFoundError):
            await db.notes.get(NOTE.id)
    async with elsewhere() as db:
        assert await db.notes.get(NOTE.id) == NOTE


async def test_a_note_is_not_there_elsewhere(home: Home, elsewhere: Home) -> None:
    await fill(home)
    async with elsewhere() as db:
        with pytest.raises(NoteNotFoundError):
            await db.notes.get(NOTE.id)
        await db.notes.remove(NOTE)
    async with home() as db:
        assert await db.notes.get(NOTE.id) == NOTE


async def test_a_commitment_comes_back_with_what_came_of_it(home: Home, elsewhere: Home) -> None:
    await fill(home)
    await fill(elsewhere)
    unused = COMMITMENT.leave_unused(EXECUTIVE, "no occasion", NOW)
    applied = unused.apply(EXECUTIVE, Application(date(2026, 3, 2), Setting.SOCIAL, "seen"), NOW)
    async with home() as db:
        for state in (unused, applied):
            await db.commitments.save(state)
            assert await db.commitments.get(COMMITMENT.id) == state
    async with elsewhere() as db:
        assert await db.commitments.get(COMMITMENT.id) == COMMITMENT


async def test_a_commitment_is_not_there_elsewhere(home: Home, elsewhere: Home) -> None:
    await fill(home)
    async with elsewhere() as db:
        with pytest.raises(CommitmentNotFoundError):
            await db.commitments.get(COMMITMENT.id)


async def test_what_people_say_when_they_look_back_is_kept_at_home(
    home: Home, elsewhere: Home, database: Database
) -> None:
    scores = Scores(usefulness=5, could_disagree=4, psychosocial=3, instrumental=2)
    given = give_feedback(feedback_id="fbk_1", engagement=active(), author_id=JUNIOR, scores=scores, now=NOW)
    learned = log_learning(
        learning_id="lrn_1",
        engagement=active(),
        author_id=JUNIOR,
        text="How a board decides",
        competency_id="cmp_python",
        visibility=Visibility.SHARED,
        now=NOW,
    )
    await fill(home)
    async with home() as db:
        await db.reflections.add_feedback(given)
        await db.reflections.add_learning(learned)
        connection = db.reflections._connection
        (row,) = (await connection.execute(select(feedback))).mappings()
        assert (row["author_id"], row["usefulness"], row["instrumental"]) == (JUNIOR, 5, 2)
        (row,) = (await connection.execute(select(learnings))).mappings()
        assert (row["role"], row["competency_id"], row["text"]) == ("teacher", "cmp_python", "How a board decides")
    async with elsewhere() as db:
        for table in (feedback, learnings):
            assert (await db.reflections._connection.execute(select(table))).all() == []
