"""A match policy: what a score is made of, what is never proposed, and what no score may depend on. Versioned.

Weights are basis points and add up to 10,000, so a score lies between 0 and 10,000. A version never changes: a change
makes the next one, and a run names the version that it used.
"""

from dataclasses import astuple, dataclass, field
from enum import StrEnum

MAXIMUM = 10_000
CHOICES = 5
"""How many people somebody ranks at most."""


class BlindAttribute(StrEnum):
    """What a policy promises not to look at; the audit permutes it."""

    NAME = "name"
    REPORTING_LEVEL = "reporting_level"
    DEPARTMENT = "department"
    TEAM = "team"
    REPORTING_LINE = "reporting_line"


@dataclass(frozen=True, slots=True)
class Weights:
    """The most that each part may add to a score, in basis points."""

    fit: int = 6_500
    choice: int = 1_000
    availability: int = 1_000
    time_zone: int = 800
    language: int = 700
    other_department: int = 0

    @property
    def total(self) -> int:
        """What they add up to: 10,000, or the policy is refused."""
        return sum(astuple(self))


@dataclass(frozen=True, slots=True)
class LevelBand:
    """How many reporting levels the teacher is below the learner (negative: above). Only ever by explicit rule."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class HardRules:
    """What is never proposed. People who stated no language are kept apart from nobody by it."""

    exclude_manager_line: bool = True
    exclude_same_team: bool = True
    require_shared_language: bool = True
    max_time_zone_gap_hours: int | None = None
    level_band: LevelBand | None = None
    min_score: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What the engine needs of a policy; `max_gap` is the certified gap over which the exact solver is asked."""

    weights: Weights = field(default_factory=Weights)
    rules: HardRules = field(default_factory=HardRules)
    max_gap: int = 10
    """Basis points of the upper bound."""


HIERARCHY_BLIND = frozenset({BlindAttribute.NAME, BlindAttribute.REPORTING_LEVEL, BlindAttribute.DEPARTMENT})
"""What every policy is blind to unless it says otherwise."""
