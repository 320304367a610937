"""Notes on a mentoring session: private ones are their author's alone."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ForbiddenError, NotFoundError


class Visibility(StrEnum):
    """Who reads it: its author, or all participants of the engagement. Nobody else, ever."""

    PRIVATE = "private"
    SHARED = "shared"


class NoteNotFoundError(NotFoundError):
    """There is no such note here, or it is somebody else's private one."""

    code = "note-not-found"
    title = "The note does not exist"


class AuthorRequiredError(ForbiddenError):
    """Only who wrote it may change it."""

    code = "author-required"
    title = "Only its author may do this"


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about a meeting."""

    id: str
    mentoring_session_id: str
    author_id: str
    visibility: Visibility
    text: str
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def is_visible_to(self, person_id: str) -> bool:
        """Whether a participant may read it."""
        return self.visibility is Visibility.SHARED or self.author_id == person_id

    def require_author(self, person_id: str) -> None:
        """Refuse everybody but who wrote it."""
        if self.author_id != person_id:
            raise AuthorRequiredError("Only its author may change a note.")

    def edit(self, person_id: str, *, text: str, visibility: Visibility, now: datetime) -> "Note":
        """Say it in other words, or to other people."""
        self.require_author(person_id)
        return replace(self, text=text, visibility=visibility, updated_at=now, version=self.version + 1)
