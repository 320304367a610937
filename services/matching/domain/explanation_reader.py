"""From where somebody reads a proposal: on which sides they are, and which tracks are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """The side that an explanation is for."""

    LEARNER = "learner"
    TEACHER = "teacher"
    COORDINATOR = "coordinator"


_SIDES = tuple(Audience)


@dataclass(frozen=True, slots=True)
class ShownTrack:
    """Who would teach whom what, as far as the reader is told: perhaps no competency, perhaps not who asks for it."""

    teacher_id: str | None
    learner_id: str | None
    competency_id: str | None
    competency_label: str | None


class Reader:
    """Somebody before a proposal: a participant by id, or (None) a coordinator, who is beside all tracks."""

    def __init__(self, tracks: Sequence[ShownTrack], person_id: str | None) -> None:
        self.tracks = tracks
        self.person_id = person_id
        everything = range(len(tracks))
        self.own = [number for number in everything if self.side(number) is not Audience.COORDINATOR]
        """The numbers of their tracks; of all, for a coordinator."""
        self.is_participant = bool(self.own)
        self.own = self.own or list(everything)
        found = {self.side(number) for number in self.own}
        self.sides = tuple(side for side in _SIDES if side in found)
        """The sides that they are on: one or both of their own, or the coordinators'."""
        people = {person for track in tracks for person in (track.teacher_id, track.learner_id)}
        self.is_pair = len(people) == 2
        self.is_group = not self.is_pair and len({track.teacher_id for track in tracks}) == 1

    def side(self, number: int) -> Audience:
        """The side from which they see a track; one that is not theirs they see as a coordinator does."""
        track = self.tracks[number]
        if self.person_id is None or self.person_id not in (track.learner_id, track.teacher_id):
            return Audience.COORDINATOR
        return Audience.LEARNER if track.learner_id == self.person_id else Audience.TEACHER

    def of_all(self, values: Sequence[int]) -> Sequence[int]:
        """The value of each track; one value alone is that of all."""
        return values if len(values) == len(self.tracks) else [values[0]] * len(self.tracks)

    def of_own(self, values: Sequence[int]) -> Sequence[int]:
        """The values of their own tracks."""
        return values if len(values) == 1 else [values[number] for number in self.own]
