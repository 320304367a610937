"""Small organizations in which groups come about, and the best of them by trying every one."""

from dataclasses import replace
from functools import cache
from itertools import combinations

from hypothesis import strategies as st

from services.matching.domain.engine.problem import GroupSize, Mode, Solution
from services.matching.domain.people import GrowthArea, Strength
from services.matching.domain.policy import HardRules, Terms
from services.matching.tests.unit.organizations import COMPETENCIES, Organization, choices, entrants, similarities
from services.matching.tests.unit.reference import group_points

BONUS = 10_000
rules = st.builds(
    HardRules,
    exclude_manager_line=st.booleans(),
    exclude_same_team=st.booleans(),
    require_shared_language=st.just(value=False),
    max_time_zone_gap_hours=st.sampled_from([None, None, 6]),
    min_score=st.sampled_from([0, 0, 3_000]),
)


@st.composite
def crowds(draw: st.DrawFn, most: int = 8) -> Organization:
    """Up to `most` people, many of whom want what some of them teach."""
    size = draw(st.integers(1, most))
    people = []
    for number in range(size):
        entrant = draw(entrants(number, size))
        held = draw(st.lists(st.sampled_from(COMPETENCIES[:3]), max_size=2, unique=True))
        wanted = draw(st.lists(st.sampled_from(COMPETENCIES[:3]), min_size=1, max_size=3, unique=True))
        areas = [GrowthArea(one, draw(st.integers(0, 2)), 3, 1, draw(st.integers(0, 5)) == 0) for one in wanted]
        strengths = tuple(Strength(one, draw(st.integers(1, 5))) for one in held)
        person = replace(entrant.person, strengths=strengths, growth_areas=tuple(areas))
        people.append(replace(entrant, person=person, learning_places=draw(st.sampled_from([0, 1, 1, 1, 2]))))
    ids = [entrant.person.id for entrant in people]
    minimum = draw(st.sampled_from([1, 2, 2, 3]))
    return Organization(
        tuple(people),
        mode=Mode.GROUPS,
        terms=Terms(rules=draw(rules)),
        seed=draw(st.integers(0, 3)),
        topics=tuple(draw(st.sampled_from([[], [], COMPETENCIES[:2]]))),
        apart=tuple(draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=2))),
        choices=draw(choices(ids)),
        first=tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))),
        group_size=GroupSize(minimum, minimum + draw(st.integers(0, 2))),
        similar=draw(similarities()),
    )


def track_score(round_: Organization, teacher: int, learner: int, competency_id: str) -> int | None:
    """The score of a learner in a group of a teacher about a competency, or None if they may not be in it."""
    if teacher == learner or (round_.topics and competency_id not in round_.topics):
        return None
    points = group_points(round_, teacher, learner, competency_id)
    return points.total if points is not None and points.total >= round_.terms.rules.min_score else None


def with_bonus(round_: Organization, solution: Solution) -> int:
    """The total, and the bonus of those to be served first."""
    return solution.total + BONUS * int(round_.problem.first[solution.learner].sum())


def best_by_trying(round_: Organization) -> int:
    """The highest total of any groups, with the bonus of those to be served first."""
    people = range(len(round_.entrants))
    bonus = [BONUS * (entrant.person.id in round_.first) for entrant in round_.by_row]
    size = round_.group_size
    places = [row for row in people for _ in range(round_.by_row[row].teaching_places)]

    @cache
    def worth(teacher: int, group: tuple[int, ...]) -> int:
        totals = [0]
        for competency_id in COMPETENCIES:
            scores = [track_score(round_, teacher, learner, competency_id) for learner in group]
            if None not in scores:
                totals.append(sum(score or 0 for score in scores) + sum(bonus[learner] for learner in group))
        return max(totals)

    @cache
    def best(place: int, left: frozenset[int]) -> int:
        if place == len(places):
            return 0
        found = [best(place + 1, left)]
        for members in range(size.minimum, min(size.maximum, len(left)) + 1):
            for group in combinations(sorted(left), members):
                value = worth(places[place], group)
                if value:
                    found.append(value + best(place + 1, left.difference(group)))
        return max(found)

    return best(0, frozenset(people))
