"""The score of a pair: integer basis points, 0 to 10,000, a sum of bounded parts.

    fit            0..6000  the growth area that the teacher helps most: share of the wanted levels x importance
    breadth        0..1500  further growth areas that the same teacher helps with, of those that are no secret
    availability   0..1000  time in which both are free in a usual week
    time_zone      0.. 800  how near the clocks are
    language       0.. 700  languages in common

This module is the readable statement of the score; `candidates` computes the same integers over arrays,
and a test holds them equal. Nothing of a person's place in the hierarchy takes part.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass

from services.matching.domain.engine.closeness import gap_minutes, shared_minutes
from services.matching.domain.people import GrowthArea, Person

FIT, BREADTH, AVAILABILITY, TIME_ZONE, LANGUAGE = 6_000, 1_500, 1_000, 800, 700
CLOSENESS = AVAILABILITY + TIME_ZONE + LANGUAGE
MAXIMUM = FIT + BREADTH + CLOSENESS
ENOUGH_MINUTES = 4 * 60
WIDEST_GAP = 12 * 60
POINTS_A_FURTHER_AREA = 500
ONE_LANGUAGE = 500


@dataclass(frozen=True, slots=True)
class Points:
    """The parts of a score; they add up to it exactly."""

    fit: int
    breadth: int
    availability: int
    time_zone: int
    language: int

    @property
    def total(self) -> int:
        """The score."""
        return sum(astuple(self))


def pair_points(
    teacher: Person, learner: Person, competencies: Collection[str] = (), *, only: str | None = None
) -> Points:
    """What speaks for this teacher and this learner; `only` looks at one competency, as a group does."""
    helped = helped_areas(teacher, learner, competencies)
    fits = [points for area, points in helped if only in (None, area.competency_id)]
    stated = sum(not area.private for area, _ in helped)
    return Points(
        fit=max(fits, default=0),
        breadth=breadth_points(stated) if only is None else 0,
        availability=availability_points(shared_minutes(teacher, learner)),
        time_zone=time_zone_points(gap_minutes(teacher, learner)),
        language=language_points(len(teacher.languages & learner.languages)),
    )


def group_points(
    teacher: Person, learners: Sequence[Person], competencies: Collection[str], competency_id: str
) -> Points:
    """What speaks for a group around one competency: the mean of each part over its learners, rounded down."""
    parts = [astuple(pair_points(teacher, learner, competencies, only=competency_id)) for learner in learners]
    return Points(*(sum(column) // len(parts) for column in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class MutualPoints:
    """The parts of the score of two people who each teach the other: both directions count by half."""

    there: Points
    back: Points

    @property
    def total(self) -> int:
        """The score."""
        halves = (self.there.fit, self.there.breadth, self.back.fit, self.back.breadth)
        return sum(part // 2 for part in halves) + self.there.availability + self.there.time_zone + self.there.language


def helped_areas(teacher: Person, learner: Person, competencies: Collection[str] = ()) -> list[tuple[GrowthArea, int]]:
    """The learner's growth areas that this teacher raises, best first, each with its points."""
    levels = {strength.competency_id: strength.level for strength in teacher.strengths if strength.willing}
    wanted = wanted_areas(learner, competencies)
    helped = [
        (area, fit_points(area, levels.get(area.competency_id, 0), top_importance(area, wanted))) for area in wanted
    ]
    return sorted(
        ((area, points) for area, points in helped if points),
        key=lambda one: (-one[1], -one[0].importance, one[0].competency_id),
    )


def wanted_areas(learner: Person, competencies: Collection[str] = ()) -> list[GrowthArea]:
    """The growth areas that a program can serve: all, or those of its own competencies."""
    return [area for area in learner.growth_areas if not competencies or area.competency_id in competencies]


def top_importance(area: GrowthArea, areas: Collection[GrowthArea]) -> int:
    """What the learner finds most important, to weigh this area against.

    One that is no secret is weighed against such alone, or its points would tell of a private one.
    """
    return max(one.importance for one in areas if area.private or not one.private)


def fit_points(area: GrowthArea, level: int, top_importance: int) -> int:
    """How much a teacher of this level helps: the share of the wanted levels, weighed against the learner's own top."""
    gain = min(level, area.target_level) - area.current_level
    wanted = area.target_level - area.current_level
    return max(0, FIT * gain * area.importance // (wanted * top_importance))


def breadth_points(helped: int) -> int:
    """What further growth areas add beside the first; private ones do not count, or the points would tell of them."""
    return min(BREADTH, POINTS_A_FURTHER_AREA * max(0, helped - 1))


def availability_points(minutes: int) -> int:
    """What shared time in the week adds, up to the point at which more does not matter."""
    return AVAILABILITY * min(minutes, ENOUGH_MINUTES) // ENOUGH_MINUTES


def time_zone_points(gap: int) -> int:
    """What nearness of clocks adds."""
    return TIME_ZONE * (WIDEST_GAP - gap) // WIDEST_GAP


def language_points(shared: int) -> int:
    """What languages in common add."""
    return (0, ONE_LANGUAGE, LANGUAGE)[min(shared, 2)]
