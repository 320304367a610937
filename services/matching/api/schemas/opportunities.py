"""Bodies of the opportunities' operation."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Output
from services.matching.api.schemas.common import CompetencyId, PersonId, ProgramId
from services.matching.api.schemas.proposals import ExplanationOut, Score


class InProgramOut(Output):
    """A program in which a request is possible now."""

    id: ProgramId
    name: str
    expected_wait_hours: Annotated[
        int | None,
        Field(
            description="From an offer to the first yes in this program, in the median of the last half year; null "
            "where too few offers tell. It is the program's and no person's, and may be ten minutes old.",
            json_schema_extra={"format": "int32"},
        ),
    ]


class OpportunityOut(Output):
    """Somebody who has a place left, what it would be about, and why."""

    person_id: PersonId
    display_name: str
    score: Score
    competency_id: CompetencyId
    competency_label: str
    discreet: Annotated[bool, Field(description="Whether it is about something that the reader keeps to themselves.")]
    explanation: ExplanationOut
    programs: Annotated[list[InProgramOut], Field(description="Where a request is possible now, by what one may know.")]


class OpportunitiesOut(Output):
    """Who could help the reader, and whom they could help; whom it is best to ask comes first.

    The order is not that of the scores alone: attention is spread, so that the same few are not shown to everybody.
    """

    learn: list[OpportunityOut]
    teach: list[OpportunityOut]
