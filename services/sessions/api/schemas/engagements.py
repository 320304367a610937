"""Bodies of the engagements' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, text
from services.sessions.api.schemas.common import (
    AgreementId,
    CompetencyId,
    EngagementId,
    PersonId,
    ProgramId,
    ProposalId,
    TrackId,
)
from services.sessions.domain.agreement import AgreementStatus
from services.sessions.domain.engagement import Outcome, Status
from services.sessions.domain.kinds import Kind
from services.sessions.domain.tracks import Direction, Role

Reason = Annotated[
    str, *text(2000, description="Nobody but who gives it ever reads it.", examples=["The topic is covered."])
]


class EngagementEnd(Input):
    """How an engagement ends."""

    outcome: Annotated[Outcome, Field(examples=["completed"])]
    reason: Reason | None = None


class ParticipantOut(Output):
    """A person's part in an engagement."""

    person_id: PersonId
    roles: list[Role]


class TrackOut(Output):
    """Who teaches whom what; the competency of a discreet track is shown to its two people only."""

    id: TrackId
    teacher_id: PersonId
    learner_id: PersonId
    competency_id: CompetencyId | None
    competency_label: str | None
    discreet: bool
    direction: Annotated[Direction, Field(description="Derived from the reporting levels of the two.")]


class AgreementState(Output):
    """A version of the agreement: in force, or waiting for signatures."""

    id: AgreementId
    number: int
    status: AgreementStatus
    signed_by: list[PersonId]


class EngagementOut(Output):
    """What an accepted proposal became."""

    id: EngagementId
    program_id: ProgramId
    program_name: str
    proposal_id: ProposalId
    kind: Kind
    purpose: str
    status: Status
    participants: list[ParticipantOut]
    tracks: list[TrackOut]
    agreements: Annotated[
        list[AgreementState], Field(description="The version in force and the one that waits for signatures.")
    ]
    end_reason: Reason | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime
    activated_at: UtcDatetime | None
    ended_at: UtcDatetime | None


class EngagementsPage(Output):
    """A page of engagements."""

    items: list[EngagementOut]
    next_cursor: NextCursor
