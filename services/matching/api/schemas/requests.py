"""Bodies of the requests' operations."""

from typing import Annotated

from pydantic import Field, StrictBool

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer, text
from services.matching.api.schemas.common import CompetencyId, PersonId, ProgramId, ProposalId, RequestId
from services.matching.domain.policy import CHOICES
from services.matching.domain.request import ANSWER_WITHIN_DAYS, Aim, Asked, RequestStatus

Direction = Annotated[Aim, Field(description="What to do with them: learn from them, or teach them.")]
Choices = Annotated[
    list[PersonId],
    Field(min_length=1, max_length=CHOICES, description="Whom to ask, one after the other, the best liked first."),
]
Competency = Annotated[
    CompetencyId | None,
    Field(description="What it is about; without it, what fits best of what the learner keeps from nobody."),
]
Message = Annotated[
    str, *text(1000, description="For those who are asked.", examples=["Could you show me how your team uses it?"])
]
Discreet = Annotated[StrictBool, Field(description="Whether those who are asked learn by whom only once they accept.")]
AnswerWithin = Annotated[int, integer(1, 30, description="Days that each of them has, before the next one is asked.")]


class RequestIn(Input):
    """Whom to ask for what, in a program that one takes part in."""

    program_id: ProgramId
    direction: Direction
    choices: Choices
    competency_id: Competency = None
    message: Message | None = None
    discreet: Discreet = False
    answer_within_days: AnswerWithin = ANSWER_WITHIN_DAYS

    def asked(self) -> Asked:
        """The values, as the rules know them."""
        return Asked(
            self.direction,
            tuple(self.choices),
            self.competency_id,
            self.message,
            self.discreet,
            self.answer_within_days,
        )


class RequestOut(Output):
    """A request, for whoever made it. Nothing tells who has been asked, or what anybody but the last one said."""

    id: RequestId
    program_id: ProgramId
    direction: Direction
    choices: Choices
    competency_id: Competency
    message: Message | None
    discreet: Discreet
    answer_within_days: AnswerWithin
    status: Annotated[
        RequestStatus, Field(description="`closed`: no place is left for it, or the program or their part in it ended.")
    ]
    proposal_id: Annotated[ProposalId | None, Field(description="The proposal that was accepted.")]
    expires_at: Annotated[UtcDatetime, Field(description="When it expires if nobody accepts.")]
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class RequestsPage(Output):
    """A page of requests."""

    items: list[RequestOut]
    next_cursor: NextCursor


class ExpectedWaitOut(Output):
    """How long it takes in a program until somebody says yes; null where too few offers tell.

    A no counts as silence here too, so that nobody can make one out.
    """

    program_id: ProgramId
    median_hours: Annotated[
        int | None, Field(description="From the offer to the first yes.", json_schema_extra={"format": "int32"})
    ]
    accepted_percent: Annotated[
        int | None,
        Field(
            ge=0,
            le=100,
            description="Of the offers of the last half year that are over.",
            json_schema_extra={"format": "int32"},
        ),
    ]
