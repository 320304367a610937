"""Why these people: contributions that add up to the score exactly, and what each side gains, in words for each side.

What comes from a private growth area is named to its owner alone; everybody else is told in neutral words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.matching.domain.engine.closeness import gap_minutes, shared_minutes
from services.matching.domain.engine.plain_points import MutualPoints, Points
from services.matching.domain.kinds import TIME_COST, Kind
from services.matching.domain.people import Person
from services.matching.domain.proposal import Track

COORDINATOR = ""
"""The viewer who is no participant."""
UNNAMED = "something of their own"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of the score, in words."""

    code: str
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one viewer is told."""

    contributions: tuple[Contribution, ...]
    value: str
    time_cost: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """The people of a proposal and who teaches whom, as an explanation sees them."""

    kind: Kind
    tracks: tuple[Track, ...]
    people: Mapping[str, Person]

    @property
    def is_group(self) -> bool:
        """Whether there are more people than two."""
        return len(self.people) > 2


def explain(pairing: Pairing, points: Points | MutualPoints, viewer_id: str) -> Explanation:
    """What this participant, or a coordinator, is told of the proposal."""
    there = points.there if isinstance(points, MutualPoints) else points
    parts = [("fit", there.fit), ("breadth", there.breadth)]
    if isinstance(points, MutualPoints):
        back = points.back
        parts = [("fit", there.fit // 2), ("breadth", there.breadth // 2)]
        parts += [("fit_back", back.fit // 2), ("breadth_back", back.breadth // 2)]
    parts += [("availability", there.availability), ("time_zone", there.time_zone), ("language", there.language)]
    contributions = tuple(
        Contribution(code, number, _reason(pairing, code, viewer_id)) for code, number in parts if number
    )
    return Explanation(contributions, _value(pairing, viewer_id), TIME_COST[pairing.kind])


def _reason(pairing: Pairing, code: str, viewer_id: str) -> str:
    first = pairing.tracks[0]
    direction = first
    if code.endswith("_back"):
        direction = next(track for track in pairing.tracks if track.teacher_id == first.learner_id)
    if code.startswith("fit"):
        return _fit(pairing, direction, viewer_id)
    if code.startswith("breadth"):
        return _breadth(direction, viewer_id)
    return _closeness(pairing, code, viewer_id)


def _fit(pairing: Pairing, direction: Track, viewer_id: str) -> str:
    if pairing.is_group:
        return f"This group is about {direction.competency_label}, which its teacher offers and its learners want."
    subject = _subject(direction, viewer_id)
    if viewer_id == direction.learner_id:
        return f"You want to learn {subject}, and this person can teach it."
    if viewer_id == direction.teacher_id:
        return f"This person wants to learn {subject}, and you can teach it."
    return f"The learner wants to learn {subject}, and the teacher can teach it."


def _breadth(direction: Track, viewer_id: str) -> str:
    if viewer_id == direction.learner_id:
        return "The same person can help with more of what you want to learn."
    if viewer_id == direction.teacher_id:
        return "You could help with more of what this person wants to learn."
    return "The teacher could help with more of what the learner wants to learn."


def _closeness(pairing: Pairing, code: str, viewer_id: str) -> str:
    who = "You" if viewer_id != COORDINATOR else "They"
    if pairing.is_group:
        shared = {
            "availability": "have free time in common with the teacher",
            "time_zone": "are near enough by the clock",
            "language": "have a language in common",
        }
        return f"{'The group' if who == 'They' else who} {shared[code]}."
    one, other = pairing.people.values()
    if code == "availability":
        return f"{who} are both free for {_hours(shared_minutes(one, other))} of a usual week."
    if code == "time_zone":
        gap = gap_minutes(one, other)
        return f"{who} keep clocks that are {_hours(gap)} apart." if gap else f"{who} keep the same clock."
    return (
        f"{who} have {'one language' if len(one.languages & other.languages) == 1 else 'several languages'} in common."
    )


def _value(pairing: Pairing, viewer_id: str) -> str:
    if viewer_id == COORDINATOR:
        taught = [_subject(track, viewer_id) for track in pairing.tracks[: 1 if pairing.is_group else None]]
        return f"{'Both teach and learn' if len(taught) > 1 else 'Learned'}: {' and '.join(taught)}."
    sentences = []
    learns = [_subject(track, viewer_id) for track in pairing.tracks if track.learner_id == viewer_id]
    teaches = [_subject(track, viewer_id) for track in pairing.tracks if track.teacher_id == viewer_id]
    if learns:
        sentences.append(f"You learn {learns[0]} from somebody who does it at work.")
    if teaches:
        sentences.append(
            f"You pass on {teaches[0]}, and see it afresh through the questions of somebody who learns it."
        )
    return " ".join(sentences)


def _subject(track: Track, viewer_id: str) -> str:
    if not track.discreet or viewer_id == track.learner_id:
        return track.competency_label
    return "what you are good at" if viewer_id == track.teacher_id else UNNAMED


def _hours(minutes: int) -> str:
    hours = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
    return "an hour" if hours == "1" else f"{hours} hours"
