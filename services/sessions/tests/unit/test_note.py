import pytest

from services.sessions.domain.note import AuthorRequiredError, Note, Visibility
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW


def a_note(visibility: Visibility) -> Note:
    return Note("not_1", "mts_1", JUNIOR, visibility, "Ask about the budget", NOW, NOW)


def test_a_private_note_is_its_authors_alone() -> None:
    assert a_note(Visibility.PRIVATE).is_visible_to(JUNIOR)
    assert not a_note(Visibility.PRIVATE).is_visible_to(EXECUTIVE)
    assert a_note(Visibility.SHARED).is_visible_to(EXECUTIVE)


def test_only_its_author_changes_a_note() -> None:
    note = a_note(Visibility.SHARED)
    with pytest.raises(AuthorRequiredError):
        note.edit(EXECUTIVE, text="mine now", visibility=Visibility.SHARED, now=NOW)
    edited = note.edit(JUNIOR, text="Ask about time", visibility=Visibility.PRIVATE, now=NOW)
    assert (edited.text, edited.visibility, edited.version) == ("Ask about time", Visibility.PRIVATE, 2)
