"""The score of a pair: integer basis points, 0 to 10,000, a sum of parts that the weights of a policy bound.

    fit               the growth areas that the teacher helps with: share of the wanted levels x importance
    choice            how high the two ranked each other
    availability      time in which both are free in a usual week
    time_zone         how near the clocks are
    language          languages in common
    other_department  that the two belong to different ones, where a policy wants that

This module is the readable statement of the score and of the hard rules; `kernels` computes the same integers over
columns, and a test holds them equal. Preferences of style take no part, and the reporting level none but by a band
that a policy states.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from operator import attrgetter

from services.matching.domain.engine.closeness import gap_minutes, shared_minutes
from services.matching.domain.people import GrowthArea, Person
from services.matching.domain.policy import CHOICES, HardRules, LevelBand, Terms

ENOUGH_MINUTES = 4 * 60
WIDEST_GAP = 12 * 60
_COMPETENCY = attrgetter("competency_id")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a score depends on besides the two people.

    `topics` are the competencies of the program (none: it is about everything); `similar` maps (wanted, held) to the
    share in per cent; `ranks` maps (who chose, whom, whether the chosen one is to teach) to the rank; `apart` has the
    pairs that are not to meet, smaller id first.
    """

    terms: Terms = field(default_factory=Terms)
    topics: frozenset[str] = frozenset()
    similar: Mapping[tuple[str, str], int] = field(default_factory=dict)
    ranks: Mapping[tuple[str, str, bool], int] = field(default_factory=dict)
    apart: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """What a teacher's strengths are worth to a learner; `discreet` when a private growth area is worth the most."""

    points: int = 0
    topic: GrowthArea | None = None
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """The parts of a score; they add up to it exactly."""

    fit: int
    choice: int
    availability: int
    time_zone: int
    language: int
    other_department: int

    @property
    def total(self) -> int:
        """The score."""
        return sum(astuple(self))


def score(teacher: Person, learner: Person, conditions: Conditions) -> int | None:
    """The score of a pair that may be proposed, or None; free places are not looked at."""
    points = pair_points(teacher, learner, conditions)
    feasible = points.fit > 0 and forbidding_rule(teacher, learner, conditions) is None
    return points.total if feasible and points.total >= conditions.terms.rules.min_score else None


def pair_points(teacher: Person, learner: Person, conditions: Conditions, *, only: str | None = None) -> Points:
    """What speaks for this teacher and this learner; `only` looks at one competency, as a group does."""
    weights = conditions.terms.weights
    fit = best_fit(teacher, learner, conditions) if only is None else single_fit(teacher, learner, only, conditions)
    known = teacher.department is not None and learner.department is not None
    return Points(
        fit=fit.points,
        choice=choice_points(teacher, learner, conditions) if fit.points else 0,
        availability=weights.availability * min(shared_minutes(teacher, learner), ENOUGH_MINUTES) // ENOUGH_MINUTES,
        time_zone=weights.time_zone * (WIDEST_GAP - gap_minutes(teacher, learner)) // WIDEST_GAP,
        language=language_points(weights.language, len(teacher.languages & learner.languages)),
        other_department=weights.other_department if known and teacher.department != learner.department else 0,
    )


def mean_points(tracks: Sequence[Points]) -> Points:
    """What speaks for a proposal of several tracks: the mean of each part, rounded down."""
    return Points(*(sum(column) // len(tracks) for column in zip(*map(astuple, tracks), strict=True)))


def best_fit(teacher: Person, learner: Person, conditions: Conditions) -> Fit:
    """The sum over the growth areas that are no secret, or the best private one where that alone is worth more."""
    areas = wanted_areas(learner, conditions.topics)
    public = [(area, weight) for area, weight in area_weights(areas, conditions.terms.weights.fit) if not area.private]
    private = [(area, weight) for area, weight in area_weights(areas, conditions.terms.weights.fit) if area.private]
    open_fit = [(brought(area, weight, teacher, conditions), area) for area, weight in public]
    secret_fit = [(brought(area, weight, teacher, conditions), area) for area, weight in private]
    total = sum(points for points, _ in open_fit)
    most, secret = _best(secret_fit)
    if most > total:
        return Fit(most, secret, discreet=True)
    return Fit(total, _best(open_fit)[1])


def single_fit(teacher: Person, learner: Person, competency_id: str, conditions: Conditions) -> Fit:
    """What one competency alone is worth, weighed as if it were the learner's only growth area; never a private one."""
    areas = [area for area in wanted_areas(learner, conditions.topics) if area.competency_id == competency_id]
    weight = conditions.terms.weights.fit
    most, topic = _best([(brought(one, weight, teacher, conditions), one) for one in areas if not one.private])
    return Fit(most, topic)


def wanted_areas(learner: Person, topics: Collection[str]) -> list[GrowthArea]:
    """The growth areas that a program can serve, by competency: all, or those of its own topics."""
    areas = [area for area in learner.growth_areas if not topics or area.competency_id in topics]
    return sorted(areas, key=_COMPETENCY)


def area_weights(areas: Sequence[GrowthArea], fit: int) -> list[tuple[GrowthArea, int]]:
    """What each growth area is worth when all its levels are gained.

    Public ones share `fit` by importance, and what the division leaves goes to the most important. A private one is
    weighed against the public ones alone, so that no other growth area's points tell of it.
    """
    total = sum([area.importance for area in areas if not area.private])
    weights, left, first = [], fit, -1
    for number, area in enumerate(areas):
        if area.private:
            weights.append(fit * area.importance // (total + area.importance))
            continue
        weights.append(fit * area.importance // total)
        left -= weights[-1]
        if first < 0 or (-area.importance, area.competency_id) < (-areas[first].importance, areas[first].competency_id):
            first = number
    if first >= 0:
        weights[first] += left
    return list(zip(areas, weights, strict=True))


def brought(area: GrowthArea, weight: int, teacher: Person, conditions: Conditions) -> int:
    """What a teacher brings to a growth area: the best of what they hold of it, or of something similar."""
    most = 0
    for strength in teacher.strengths:
        exact = strength.competency_id == area.competency_id
        share = 100 if exact else conditions.similar.get((area.competency_id, strength.competency_id), 0)
        if strength.willing and share:
            most = max(most, share * gained(area, weight, strength.level) // 100)
    return most


def gained(area: GrowthArea, weight: int, level: int) -> int:
    """The share of the wanted levels that a teacher of this level can lift the learner to."""
    gain = max(0, min(level, area.target_level) - area.current_level)
    wanted = area.target_level - area.current_level
    return weight * gain // wanted if gain else 0


def choice_points(teacher: Person, learner: Person, conditions: Conditions) -> int:
    """What it is worth that the two chose each other, each by half."""
    half = conditions.terms.weights.choice // 2
    ranks = (
        conditions.ranks.get((learner.id, teacher.id, True)),
        conditions.ranks.get((teacher.id, learner.id, False)),
    )
    return sum(half * (CHOICES + 1 - rank) // CHOICES for rank in ranks if rank is not None)


def language_points(weight: int, shared: int) -> int:
    """What languages in common add."""
    return (0, weight * 5 // 7, weight)[min(shared, 2)]


def forbidding_rule(teacher: Person, learner: Person, conditions: Conditions) -> str | None:
    """The code of the rule that keeps a teacher from a learner, or None."""
    if teacher.id == learner.id:
        return "same-person"
    if conditions.apart and (min(teacher.id, learner.id), max(teacher.id, learner.id)) in conditions.apart:
        return "apart"
    return _broken_rule(teacher, learner, conditions.terms.rules)


def _broken_rule(teacher: Person, learner: Person, rules: HardRules) -> str | None:
    if rules.exclude_manager_line and (teacher.manager_id == learner.id or learner.manager_id == teacher.id):
        return "manager-line"
    if rules.exclude_same_team and teacher.team is not None and teacher.team == learner.team:
        return "same-team"
    both_stated = bool(teacher.languages and learner.languages)
    if rules.require_shared_language and both_stated and not teacher.languages & learner.languages:
        return "no-shared-language"
    widest = rules.max_time_zone_gap_hours
    if widest is not None and gap_minutes(teacher, learner) > widest * 60:
        return "time-zone-gap"
    if rules.level_band is not None and not _in_band(teacher, learner, rules.level_band):
        return "level-band"
    return None


def _in_band(teacher: Person, learner: Person, band: LevelBand) -> bool:
    if teacher.reporting_level is None or learner.reporting_level is None:
        return False
    below = teacher.reporting_level - learner.reporting_level
    return (band.least is None or below >= band.least) and (band.most is None or below <= band.most)


def _best(points: list[tuple[int, GrowthArea]]) -> tuple[int, GrowthArea | None]:
    """The growth area that gains most, by importance and then by competency between equals."""
    helped = [(gain, area) for gain, area in points if gain]
    if not helped:
        return 0, None
    return min(helped, key=lambda one: (-one[0], -one[1].importance, one[1].competency_id))
