"""Bodies of the proposals' operations."""

from typing import Annotated, Literal

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, text
from services.matching.api.schemas.common import CompetencyId, MatchRunId, PersonId, ProgramId, ProposalId, TrackId
from services.matching.domain.drafting import Direction
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.proposal import Source
from services.matching.domain.reasons import ReasonCode

VisibleStatus = Literal[
    "planned", "offered", "partly_accepted", "accepted", "declined", "expired", "withdrawn", "superseded", "closed"
]
Status = Annotated[
    VisibleStatus,
    Field(description="`closed`: it ended for a reason that the reader is not told. `planned`: for coordinators only."),
]
Reason = Annotated[
    str, *text(1000, description="Nobody else ever reads it.", examples=["I have no time this quarter."])
]


Withheld = Annotated[
    PersonId | None, Field(description="Null for whoever asks with a discreet request, until it is accepted.")
]

Score = Annotated[int, Field(ge=0, le=10_000, json_schema_extra={"format": "int32"})]
Points = Annotated[int, Field(ge=1, le=10_000, json_schema_extra={"format": "int32"})]


class TrackIn(Input):
    """Who is to teach whom what."""

    teacher_id: PersonId
    learner_id: PersonId
    competency_id: Annotated[CompetencyId, Field(description="Among the teacher's strengths.")]

    def direction(self) -> Direction:
        """The values, as the rules know them."""
        return Direction(self.teacher_id, self.learner_id, self.competency_id)


class ProposalIn(Input):
    """People whom a coordinator proposes to each other: a pair, in one direction or both, or a teacher with a group."""

    tracks: Annotated[list[TrackIn], Field(min_length=1, max_length=50)]


class Decline(Input):
    """A no; saying why is up to the person."""

    reason: Reason | None = None


class ContributionOut(Output):
    """One part of the score."""

    code: Annotated[ReasonCode, Field(description="`fit` holds the points for what other people chose, too.")]
    points: Points
    text: Annotated[str, Field(examples=["You want to learn “Python”, and your teacher can teach it."])]
    facts: Annotated[
        dict[str, str | Annotated[int, Field(json_schema_extra={"format": "int32"})]],
        Field(description="What the text is made of, for words of one's own.", examples=[{"minutes": 240}]),
    ]


class ChangeOut(Output):
    """Something in the reader's own hands that would add points in another round."""

    code: ReasonCode
    points: Points
    text: Annotated[str, Field(examples=["One more language in common would add 200 points."])]


class ExplanationOut(Output):
    """Why these people, for the reader's side; the points of the contributions add up to the score."""

    language: Annotated[str, Field(description="Of the words.", examples=["en"])]
    contributions: list[ContributionOut]
    value: Annotated[str, Field(description="What the reader's side gains; for coordinators, what everybody gains.")]
    value_to_others: Annotated[str | None, Field(description="What the other side gains; null for coordinators.")]
    time_cost: Annotated[str, Field(examples=["About an hour every two weeks for six months."])]
    changes: list[ChangeOut]


class ProposalExplanationOut(Output):
    """Why a proposal was made, for one side."""

    proposal_id: ProposalId
    score: Score
    explanation: ExplanationOut


class ParticipantOut(Output):
    """A person of the proposal. Only the reader's own decline is ever shown."""

    person_id: Withheld
    roles: list[Role]
    decision: Literal["pending", "accepted", "declined"]


class TrackOut(Output):
    """Who would teach whom what; of a discreet one, its learner alone reads the competency until all have accepted."""

    id: TrackId
    teacher_id: Withheld
    learner_id: Withheld
    competency_id: CompetencyId | None
    competency_label: str | None
    discreet: bool


class ProposalOut(Output):
    """People proposed to each other, as the reader may see it."""

    id: ProposalId
    program_id: ProgramId
    match_run_id: MatchRunId | None
    kind: Kind
    status: Status
    source: Source
    score: Score
    explanation: ExplanationOut
    participants: list[ParticipantOut]
    tracks: list[TrackOut]
    message: Annotated[str | None, Field(description="What whoever asks says to whom they ask; for these two.")]
    offered_at: UtcDatetime | None
    expires_at: UtcDatetime | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class ProposalsPage(Output):
    """A page of proposals."""

    items: list[ProposalOut]
    next_cursor: NextCursor
