"""What a match run is computed from, and what comes out: columns in, columns out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.matching.domain.engine.roster import Flags, Ints, Longs, Roster, Small
from services.matching.domain.policy import Terms

ENGINE_VERSION = "auction-4"
Report = Callable[[float], None]
"""Hears the share of the work that is done."""


class Mode(StrEnum):
    """What a run is after."""

    BEST_TOTAL = "best_total"
    MOST_PARTICIPANTS = "most_participants"
    MAX_MIN = "max_min"
    STABLE = "stable"
    RECIPROCAL = "reciprocal"
    CYCLES = "cycles"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How many learners a group has."""

    minimum: int = 2
    maximum: int = 8


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom people would like, ranked from 1: one row a choice; `teaches` says that the chosen one is to teach."""

    chooser: Ints
    chosen: Ints
    rank: Small
    teaches: Flags


@dataclass(frozen=True, slots=True)
class Problem:
    """One round. Places are what is free now: agreed pairs hold theirs, so no round ever moves one.

    `topics` marks the competencies that the program is about (all of them for a program about everything). `apart` has
    one row a pair that is not to be proposed, in either direction. `first` marks learners whom an earlier round left
    out: they are served before others. `longest_ring` is 3 or 4, for cycles.
    """

    mode: Mode
    seed: int
    terms: Terms
    roster: Roster
    teaching_places: Ints
    learning_places: Ints
    topics: Flags
    apart: Ints
    choices: Choices
    first: Flags
    group_size: GroupSize = GroupSize()
    longest_ring: int = 3


@dataclass(frozen=True, slots=True)
class Round:
    """What one price round did: the pairs listed so far, who asked, how many bids followed, who is to ask again."""

    edges: int
    asked: int
    bids: int
    asking: int
    matched: int
    total: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The proposals of a round: one row a track; tracks of one `proposal` (0, 1, …, in order) belong together.

    A pair has one track, or two when both teach; a ring has one a person; a group one a learner. `competency` is what a
    group is about, else -1. `score` is the track's own. `total` is what the mode added up, `upper_bound` what nobody
    can beat (over all feasible pairs), None where the mode has no such bound. `prices` is what a place with each of the
    N people was worth as a teacher at the end (0 in modes without prices). `rounds` is how it got there, where prices
    did it.
    """

    proposal: Ints
    teacher: Ints
    learner: Ints
    score: Ints
    competency: Ints
    total: int
    upper_bound: int | None
    prices: Longs
    solver: str
    rounds: tuple[Round, ...] = ()
