"""Places: how many engagements a person takes on in each role, over all programs together.

An engagement takes one place of each role that a person has in it. Places are counted when a proposal is accepted by
all, while nobody else can count them; before that, a proposal holds none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kit.errors import ConflictError
from services.matching.domain.kinds import Role
from services.matching.domain.proposal import Participant


class NoPlaceLeftError(ConflictError):
    """Somebody's places are all taken."""

    code = "no-place-left"
    title = "There is no place left"


@dataclass(frozen=True, slots=True)
class Seat:
    """One place of one person in one role."""

    person_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Places:
    """How many places somebody has in a role, and how many of them are taken."""

    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """The places left; none if the capacity was lowered below what is taken."""
        return max(0, self.capacity - self.taken)


def seats_of(participants: Iterable[Participant]) -> tuple[Seat, ...]:
    """The places that an engagement of these participants takes."""
    return tuple(Seat(one.person_id, role) for one in participants for role in sorted(one.roles))


def without_place(participants: Iterable[Participant], places: Mapping[Seat, Places]) -> frozenset[str]:
    """Those of the participants who have no place left for what they would do, by id."""
    return frozenset(seat.person_id for seat in seats_of(participants) if places[seat].free < 1)


def take_seats(seats: Iterable[Seat], places: Mapping[Seat, Places]) -> frozenset[Seat]:
    """Take the places, all or none, and say which were somebody's last; `NoPlaceLeftError` if one is not there."""
    if any(places[seat].free < 1 for seat in seats):
        raise NoPlaceLeftError("Somebody in this proposal has no place left for it.")
    return frozenset(seat for seat in seats if places[seat].free == 1)
