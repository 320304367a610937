"""Bodies of the match runs' operations."""

from typing import Annotated

from pydantic import Field, StrictBool

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer
from services.matching.api.schemas.common import MatchPolicyId, MatchRunId, ProgramId, Seed
from services.matching.domain.engine.problem import Mode
from services.matching.domain.match_run import FailureCode, Phase, RunStatus

Ring = Annotated[int, integer(3, 4, description="How many people a ring has at most.")]
Hash = Annotated[str, Field(max_length=64)]


class MatchRunIn(Input):
    """What a run is to start from, and what it is after."""

    seed: Annotated[Seed | None, Field(description="Null for one of its own.")] = None
    mode: Annotated[Mode | None, Field(description="Null for what the program's kind and format say.")] = None
    longest_ring: Annotated[Ring | None, Field(description="For the mode `cycles` alone; null for 3.")] = None
    unmatched_first: Annotated[
        StrictBool,
        Field(description="Serve those first whom the program's last published run left without a teacher."),
    ] = True


class CountsOut(Output):
    """Whom the run was about, and what it found."""

    people: int
    teachers: int
    learners: int
    matched_learners: int
    unmatched_learners: int
    proposals: int


class ReplayOut(Output):
    """What a replay says of the run that it repeated."""

    equal: Annotated[bool, Field(description="Whether the pairs are the same, bit by bit.")]
    pairs_hash: Hash


class FailureOut(Output):
    """Why a run was given up."""

    code: FailureCode
    text: str


class RoundOut(Output):
    """One price round: the pairs listed so far, who asked for more, how many bids followed, and what stood then."""

    pairs: int
    asked: int
    bids: int
    matched: int
    total: int


class MatchRunOut(Output):
    """A match run. What it found is null until it has ended."""

    id: MatchRunId
    program_id: ProgramId
    status: RunStatus
    phase: Phase
    progress: Annotated[float, Field(ge=0, le=1, json_schema_extra={"format": "double"})]
    mode: Mode
    seed: Seed
    longest_ring: Ring | None
    unmatched_first: bool
    engine_version: str
    match_policy_id: Annotated[MatchPolicyId | None, Field(description="Null for the built-in standard policy.")]
    match_policy_version: int | None
    snapshot_hash: Annotated[Hash | None, Field(description="A fingerprint of all that it was computed from.")]
    pairs_hash: Annotated[Hash | None, Field(description="A fingerprint of who was put together, and of the scores.")]
    counts: CountsOut | None
    total: Annotated[int | None, Field(description="What the mode added up, in basis points.")]
    upper_bound: Annotated[int | None, Field(description="What no set of allowed pairs can beat; null if not known.")]
    gap_basis_points: Annotated[int | None, Field(description="How far below the bound the total is at most.")]
    solver: str | None
    rounds: Annotated[list[RoundOut] | None, Field(description="How it got there; null where prices did not.")]
    replay_of: Annotated[MatchRunId | None, Field(description="The run that this one repeats.")]
    replay: ReplayOut | None
    failure: FailureOut | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class MatchRunsPage(Output):
    """A page of match runs."""

    items: list[MatchRunOut]
    next_cursor: NextCursor
