"""What reviews of runs need from the outside."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

REVIEW_RUN = "review-run"


class Reviews(Protocol):
    """How fair runs were, and why they left people out."""

    async def add(self, match_run_id: str, figures: Mapping[str, Any], left_out: Sequence[Mapping[str, Any]]) -> None:
        """Keep the review of a run; what was left out by it is explained."""
        ...


class ReviewFailedError(Exception):
    """The reviewer ended without an answer."""


class Reviewer(Protocol):
    """Reviews runs away from the process that asks."""

    async def review(self, problem: bytes, solution: bytes) -> Any:
        """`fairness` and `left_out` of a packed problem and its packed solution."""
        ...
