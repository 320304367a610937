"""Bodies of the match runs' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer
from services.matching.api.schemas.common import MatchRunId, ProgramId
from services.matching.domain.match_run import Phase, RunStatus

Seed = Annotated[int, integer(0, 2**31 - 1, description="Decides between equals; the same seed decides the same way.")]


class MatchRunIn(Input):
    """What a run is to start from."""

    seed: Annotated[Seed | None, Field(description="Null for one of its own.")] = None


class CountsOut(Output):
    """Whom the run was about, and what it found."""

    people: int
    teachers: int
    learners: int
    matched_learners: int
    unmatched_learners: int
    proposals: int


class MatchRunOut(Output):
    """A match run."""

    id: MatchRunId
    program_id: ProgramId
    status: RunStatus
    phase: Phase
    progress: Annotated[float, Field(ge=0, le=1, json_schema_extra={"format": "double"})]
    seed: Seed
    snapshot_hash: Annotated[
        str | None, Field(description="A fingerprint of all that it was computed from.", max_length=64)
    ]
    engine_version: str
    counts: CountsOut | None
    failure: str | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class MatchRunsPage(Output):
    """A page of match runs."""

    items: list[MatchRunOut]
    next_cursor: NextCursor
