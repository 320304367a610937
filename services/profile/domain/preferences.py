"""Preferences: how a person likes to work. They shape the plan of a session and never a match score."""

from dataclasses import dataclass
from typing import Literal

Pace = Literal["relaxed", "steady", "intensive"]
SessionFormat = Literal["conversation", "exercise", "shadowing", "working_together"]
Depth = Literal["overview", "balanced", "in_depth"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person likes to work; None where they said nothing."""

    pace: Pace | None
    format: SessionFormat | None
    depth: Depth | None
    language: str | None


NO_PREFERENCES = Preferences(None, None, None, None)
