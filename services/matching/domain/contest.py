"""A contest: somebody says that what a match run or a proposal did about them is wrong, and a coordinator answers."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ConflictError, NotFoundError


class ContestStatus(StrEnum):
    """Where a contest stands."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Outcome(StrEnum):
    """What a coordinator finds."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ContestNotFoundError(NotFoundError):
    """There is no such contest here, or it is somebody else's."""

    code = "contest-not-found"
    title = "The contest does not exist"


class AlreadyContestedError(ConflictError):
    """The person has contested this, and has no answer yet."""

    code = "already-contested"
    title = "You have contested this already"


class ContestResolvedError(ConflictError):
    """The contest has its answer."""

    code = "contest-resolved"
    title = "The contest has its answer already"


class MatchedInRunError(ConflictError):
    """The run found something for the person: that is what they may contest."""

    code = "matched-in-run"
    title = "The run found somebody for you"


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest as it is stored: of a proposal, or of a run that found nobody for the person."""

    id: str
    program_id: str
    proposal_id: str | None
    match_run_id: str | None
    person_id: str
    reason: str
    status: ContestStatus
    answer: str | None
    version: int
    created_at: datetime
    updated_at: datetime


def resolve(contest: Contest, outcome: Outcome, answer: str, now: datetime) -> Contest:
    """The contest with its answer."""
    if contest.status is not ContestStatus.OPEN:
        raise ContestResolvedError(f"It was {contest.status}.")
    status = ContestStatus(outcome)
    return replace(contest, status=status, answer=answer, version=contest.version + 1, updated_at=now)
