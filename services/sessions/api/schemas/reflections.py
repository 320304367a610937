"""Bodies of feedback's and learnings' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, integer, text
from services.sessions.api.schemas.common import CompetencyId, EngagementId, FeedbackId, LearningId, PersonId
from services.sessions.domain.note import Visibility
from services.sessions.domain.reflection import Scores
from services.sessions.domain.tracks import Role

Usefulness = Annotated[int, integer(1, 5, description="How useful it is for the work.", examples=[4])]
CouldDisagree = Annotated[int, integer(1, 5, description="I could disagree.", examples=[5])]
Psychosocial = Annotated[int, integer(1, 5, description="Support as a person.", examples=[4])]
Instrumental = Annotated[int, integer(1, 5, description="Support in the work itself.", examples=[3])]
LearningText = Annotated[str, *text(4000, examples=["How a decision looks from the other end of the line."])]
LearningVisibility = Annotated[
    Visibility, Field(description="`private`: its author alone; `shared`: all participants.", examples=["shared"])
]


class FeedbackIn(Input):
    """How it is, from 1 (not at all) to 5 (very much)."""

    usefulness: Usefulness
    could_disagree: CouldDisagree
    psychosocial: Psychosocial
    instrumental: Instrumental

    def scores(self) -> Scores:
        """The values, as the rules know them."""
        return Scores(**self.model_dump())


class FeedbackOut(Output):
    """Feedback, seen by its author alone."""

    id: FeedbackId
    engagement_id: EngagementId
    author_id: PersonId
    usefulness: Usefulness
    could_disagree: CouldDisagree
    psychosocial: Psychosocial
    instrumental: Instrumental
    created_at: UtcDatetime


class FeedbackPage(Output):
    """A page of feedback."""

    items: list[FeedbackOut]
    next_cursor: NextCursor


class LearningIn(Input):
    """What the caller learned, in either role."""

    text: LearningText
    competency_id: CompetencyId | None = None
    visibility: LearningVisibility = Visibility.PRIVATE


class LearningOut(Output):
    """What somebody learned; the role is what the tracks say."""

    id: LearningId
    engagement_id: EngagementId
    author_id: PersonId
    role: Role
    competency_id: CompetencyId | None
    visibility: LearningVisibility
    text: LearningText
    created_at: UtcDatetime


class LearningsPage(Output):
    """A page of learnings."""

    items: list[LearningOut]
    next_cursor: NextCursor
