"""Who enters a match run, and with how many places: what is left of them over all programs, and in this one.

The same question is asked again when the results are offered, because days may have passed in between.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from services.matching.domain.capacity import Seat
from services.matching.domain.engine.build import Entering, Profile
from services.matching.domain.kinds import Role
from services.matching.domain.participation import eligible_roles
from services.matching.domain.people import is_available
from services.matching.domain.program import Program


@dataclass(frozen=True, slots=True)
class Load:
    """Places in one role that are taken or on offer: over all programs, and in the program of the run."""

    everywhere: int = 0
    here: int = 0


NO_LOAD = Load()


class Candidate(NamedTuple):
    """Somebody who takes part in a program, with what they have on their hands.

    `capacity` limits the learners whom they teach in the program.
    """

    profile: Profile
    active: bool
    paused_until: date | None
    teaching_capacity: int
    learning_capacity: int
    roles: frozenset[Role]
    capacity: int | None = None
    teaching: Load = NO_LOAD
    learning: Load = NO_LOAD


def entering(program: Program, candidates: Iterable[Candidate], on: date) -> Iterator[Entering]:
    """Those of them to whom something new can be proposed in a run of this program, with their places."""
    offered = cache(partial(eligible_roles, program))
    for one in candidates:
        if is_available(one.active, one.paused_until, on):
            roles = one.roles & offered(one.profile.reporting_level, one.profile.department)
            made = Entering(
                one.profile,
                _teaching_places(one) if Role.TEACHER in roles else 0,
                max(0, one.learning_capacity - one.learning.everywhere) if Role.LEARNER in roles else 0,
            )
            if made.teaching_places or made.learning_places:
                yield made


def _teaching_places(candidate: Candidate) -> int:
    places = candidate.teaching_capacity - candidate.teaching.everywhere
    if candidate.capacity is not None:
        places = min(places, candidate.capacity - candidate.teaching.here)
    return max(0, places)


@dataclass(frozen=True, slots=True)
class Planned:
    """A result of a run that has not been offered yet: the places that it counts on, and who would meet."""

    proposal_id: str
    seats: tuple[Seat, ...]
    pairs: tuple[tuple[str, str], ...]


def free_places(entrants: Iterable[Entering]) -> dict[Seat, int]:
    """The places that something new can count on."""
    places: dict[Seat, int] = {}
    for one in entrants:
        places[Seat(one.profile.id, Role.TEACHER)] = one.teaching_places
        places[Seat(one.profile.id, Role.LEARNER)] = one.learning_places
    return places


def still_possible(
    planned: Iterable[Planned], free: Mapping[Seat, int], apart: Collection[tuple[str, str]]
) -> tuple[frozenset[str], frozenset[str]]:
    """The proposals that can still come about, by id, and the learners of the others, by theirs.

    One can if everybody has a place left that no proposal before it counts on, and nobody has met meanwhile.
    """
    places = Counter(free)
    possible, left_out = set[str](), set[str]()
    for proposal in planned:
        met = any((min(pair), max(pair)) in apart for pair in proposal.pairs)
        if not met and all(places[seat] > 0 for seat in proposal.seats):
            places.subtract(proposal.seats)
            possible.add(proposal.proposal_id)
        else:
            left_out |= {seat.person_id for seat in proposal.seats if seat.role is Role.LEARNER}
    return frozenset(possible), frozenset(left_out)
