"""What speaks for one pair, measured from the people themselves: as `drafting_columns` does for many, for a few.

An answer of ten people is over before the columns for it would be made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.matching.domain.crowd_asker import Asker, Wanted, held_by
from services.matching.domain.engine.closeness import gap_minutes, shared_minutes
from services.matching.domain.engine.points import (
    Conditions,
    area_weights,
    forbidding_rule,
    gained,
    wanted_areas,
)
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.reasons import NO_FACTS, Facts, Measured, Reason, reasons_of, score_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who fit: what it is about, whether that is private, and what speaks for them."""

    subject: GrowthArea
    discreet: bool
    reasons: tuple[Reason, ...]
    score: int


@dataclass(frozen=True, slots=True)
class _Piece:
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
        gain, wanted = min(held.level, area.target_level) - area.current_level, area.target_level - area.current_level
        if held.competency_id != area.competency_id:
            return {**named, "held": held.label}
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

    def with_teacher(self, teacher: Person) -> Pair | None:
        """The pair in which somebody teaches whoever asks, if it is feasible; free places are not looked at."""
        return self._pair(teacher, self._person, held_by(teacher), self._wishes)

    def with_learner(self, learner: Person) -> Pair | None:
        """The pair in which somebody learns from whoever asks, if it is feasible; free places are not looked at."""
        return self._pair(self._person, learner, self._held, _wishes_of(learner, self._wanted))

    def _pair(
        self, teacher: Person, learner: Person, held: Mapping[str, Strength], wishes: Iterable[tuple[GrowthArea, int]]
    ) -> Pair | None:
        terms = self._wanted.terms
        pieces = [piece for area, weight in wishes if (piece := self._served(area, weight, held)).points]
        if not pieces or forbidding_rule(teacher, learner, self._conditions) is not None:
            return None
        told, discreet = _in_order(pieces)
        facts = [NO_FACTS if discreet else piece.facts(first=place == 0) for place, piece in enumerate(told)]
        other = teacher.department is not None is not learner.department and teacher.department != learner.department
        measured = Measured(
            areas=[(piece.points, known) for piece, known in zip(told, facts, strict=True)],
            choices=(),
            minutes=shared_minutes(teacher, learner),
            gap=gap_minutes(teacher, learner),
            shared_languages=len(teacher.languages & learner.languages),
            other_department=terms.weights.other_department if other else 0,
        )
        reasons = reasons_of([measured], terms.weights, choices_count=False)
        score = score_of(reasons)
        return Pair(told[0].area, discreet, reasons, score) if score >= terms.rules.min_score else None

    def _served(self, area: GrowthArea, weight: int, held: Mapping[str, Strength]) -> _Piece:
        best = held.get(area.competency_id, _NOTHING)
        most = gained(area, weight, best.level)
        for other, share in self._serving.get(area.competency_id, ()):
            strength = held.get(other, _NOTHING)
            points = gained(area, weight, strength.level) * share // 100
            if points > most:
                best, most = strength, points
        return _Piece(area, most, best)


_NOTHING = Strength("", 0)


def _wishes_of(learner: Person, wanted: Wanted) -> list[tuple[GrowthArea, int]]:
    return area_weights(wanted_areas(learner, wanted.topics), wanted.terms.weights.fit)


def _in_order(pieces: Sequence[_Piece]) -> tuple[list[_Piece], bool]:
    """The pieces that count, what the pair is about first; a private one counts alone, where it brings more."""
    public = [piece for piece in pieces if not piece.area.private]
    secret = max((piece for piece in pieces if piece.area.private), key=lambda piece: piece.rank, default=None)
    if secret is not None and secret.points > sum(piece.points for piece in public):
        return [secret], True
    first = max(public, key=lambda piece: piece.rank)
    return [first, *(piece for piece in public if piece is not first)], False
