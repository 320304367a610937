"""Bodies of the contests' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, text
from services.matching.api.schemas.common import ContestId, MatchRunId, PersonId, ProgramId, ProposalId
from services.matching.domain.contest import ContestStatus, Outcome

Reason = Annotated[
    str, *text(2000, description="For coordinators to read.", examples=["We have worked together on this before."])
]
Reply = Annotated[
    str, *text(2000, description="For whoever contests to read.", examples=["You are right: we will look again."])
]


class ContestIn(Input):
    """What is wrong with it."""

    reason: Reason


class Resolution(Input):
    """What a coordinator finds; where the contest is right, a proposal that is still open is withdrawn."""

    outcome: Outcome
    answer: Reply


class ContestOut(Output):
    """A contest of a proposal, or of a match run that found nobody for the person."""

    id: ContestId
    program_id: ProgramId
    proposal_id: ProposalId | None
    match_run_id: MatchRunId | None
    person_id: Annotated[PersonId, Field(description="Who contests.")]
    reason: Reason
    status: ContestStatus
    answer: Reply | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class ContestsPage(Output):
    """A page of contests."""

    items: list[ContestOut]
    next_cursor: NextCursor
