"""What speaks for one pair, measured from the people themselves: as `drafting_columns` does for many, for a few.

An answer of ten people is over before the columns for it would be made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from services.matching.domain.crowd_asker import Asker, Wanted, held_by
from services.matching.domain.engine.closeness import QUARTER, free_quarters, gap_minutes
from services.matching.domain.engine.points import (
    WIDEST_GAP,
    Conditions,
    area_weights,
    forbidding_rule,
    gained,
    language_points,
    wanted_areas,
)
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.reasons import NO_FACTS, Facts, Measured, availability_points


class Pair(NamedTuple):
    """Two people who fit: what it is about, whether that is private, what speaks for them, and how much."""

    subject: GrowthArea
    discreet: bool
    measured: Measured
    score: int


class _Piece(NamedTuple):
    """What a teacher brings to a growth area, with the strength that serves it best."""

    area: GrowthArea
    points: int
    strength: Strength

    @property
    def rank(self) -> tuple[int, int]:
        """What a pair is about comes first by it."""
        return self.points, self.area.importance

    def facts(self, *, first: bool) -> Facts:
        """What is told of it."""
        area, held = self.area, self.strength
        named: Facts = {} if first else {"competency_id": area.competency_id, "label": area.label}
        if held.competency_id != area.competency_id:
            return {**named, "held": held.label}
        gain, wanted = min(held.level, area.target_level) - area.current_level, area.target_level - area.current_level
        return {**named, "gain": gain, "wanted": wanted} if gain < wanted else named


class Pairs:
    """The pairs of one who asks, by the rules that they ask by."""

    def __init__(self, asker: Asker) -> None:
        self._person, self._wanted = asker.person, asker.wanted
        self._conditions = Conditions(asker.wanted.terms)
        self._serving: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for wanted, held, share in sorted(asker.similar):
            self._serving[wanted].append((held, share))
        self._held, self._wishes = held_by(asker.person), _wishes_of(asker.person, asker.wanted)
        self._free = free_quarters(asker.person.windows)

    def with_teacher(self, teacher: Person) -> Pair | None:
        """The pair in which somebody teaches whoever asks, if it is feasible; free places are not looked at."""
        pieces = self._pieces(self._wishes, held_by(teacher))
        if not pieces or forbidding_rule(teacher, self._person, self._conditions) is not None:
            return None
        return self._pair(teacher, pieces)

    def with_learner(self, learner: Person) -> Pair | None:
        """The pair in which somebody learns from whoever asks, if it is feasible; free places are not looked at."""
        pieces = self._pieces(_wishes_of(learner, self._wanted), self._held)
        if not pieces or forbidding_rule(self._person, learner, self._conditions) is not None:
            return None
        return self._pair(learner, pieces)

    def _pair(self, other: Person, pieces: list[_Piece]) -> Pair | None:
        weights, own = self._wanted.terms.weights, self._person
        told, discreet = _in_order(pieces)
        minutes = (self._free & free_quarters(other.windows)).bit_count() * QUARTER
        gap, shared = gap_minutes(own, other), len(own.languages & other.languages)
        differ = own.department is not None is not other.department and own.department != other.department
        apart = weights.other_department if differ else 0
        score = (
            sum([piece.points for piece in told])
            + availability_points(weights.availability, minutes)
            + weights.time_zone * (WIDEST_GAP - gap) // WIDEST_GAP
            + language_points(weights.language, shared)
            + apart
        )
        if score < self._wanted.terms.rules.min_score:
            return None
        areas = [
            (piece.points, NO_FACTS if discreet else piece.facts(first=place == 0)) for place, piece in enumerate(told)
        ]
        return Pair(told[0].area, discreet, Measured(areas, (), minutes, gap, shared, apart), score)

    def _pieces(self, wishes: Iterable[tuple[GrowthArea, int]], held: Mapping[str, Strength]) -> list[_Piece]:
        """What is brought to each growth area to which something is."""
        pieces = []
        for area, weight in wishes:
            best = held.get(area.competency_id)
            most = 0 if best is None else gained(area, weight, best.level)
            for other, share in self._serving.get(area.competency_id, ()):
                if (strength := held.get(other)) is not None:
                    points = gained(area, weight, strength.level) * share // 100
                    if points > most:
                        best, most = strength, points
            if best is not None and most:
                pieces.append(_Piece(area, most, best))
        return pieces


def _wishes_of(learner: Person, wanted: Wanted) -> list[tuple[GrowthArea, int]]:
    return area_weights(wanted_areas(learner, wanted.topics), wanted.terms.weights.fit)


def _in_order(pieces: list[_Piece]) -> tuple[list[_Piece], bool]:
    """The pieces that count, what the pair is about first; a private one counts alone, where it brings more."""
    if len(pieces) == 1:
        return pieces, pieces[0].area.private
    public = [piece for piece in pieces if not piece.area.private]
    secret = max((piece for piece in pieces if piece.area.private), key=_RANK, default=None)
    if secret is not None and secret.points > sum([piece.points for piece in public]):
        return [secret], True
    first = max(public, key=_RANK)
    return [first, *[piece for piece in public if piece is not first]], False


_RANK = attrgetter("rank")
