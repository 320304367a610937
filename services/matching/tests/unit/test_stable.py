from dataclasses import replace
from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.build import Choice
from services.matching.domain.engine.problem import Mode, Solution
from services.matching.domain.engine.roster import NOBODY
from services.matching.domain.engine.stable import accept, solve_stable
from services.matching.domain.engine.stable_blocking import blocking_pairs
from services.matching.domain.engine.stable_tastes import Tastes
from services.matching.domain.policy import Terms, Weights
from services.matching.tests.builders import a_learner, a_teacher, entering
from services.matching.tests.unit.assignments import Scores, all_scores, every_match, free_places, ignore
from services.matching.tests.unit.organizations import Organization, organizations, steadily

Match = dict[int, int]
Liking = dict[tuple[int, int], int]
rounds_of_stable = organizations(Mode.STABLE, most=6)


def likings(organization: Organization, scores: Scores) -> tuple[Liking, Liking]:
    """How much the learner, and the teacher, likes each feasible pair of teacher and learner."""
    tastes = Tastes(organization.index)
    pairs = list(scores)
    teacher = np.array([pair[0] for pair in pairs], dtype=np.int32)
    learner = np.array([pair[1] for pair in pairs], dtype=np.int32)
    score = np.array(list(scores.values()), dtype=np.int32)
    both = tastes.of_both(teacher, learner, score)
    by_learners, by_teachers = (dict(zip(pairs, liking.tolist(), strict=True)) for liking in both)
    return by_learners, by_teachers


def blocking(organization: Organization, match: Match, scores: Scores) -> int:
    by_learners, by_teachers = likings(organization, scores)
    found = 0
    for (teacher, learner), liked in by_learners.items():
        mine = [other for other, its_teacher in match.items() if its_teacher == teacher]
        room = len(mine) < free_places(organization)[teacher]
        wanted = room or by_teachers[teacher, learner] > min(by_teachers[teacher, other] for other in mine)
        better = learner not in match or liked > by_learners[match[learner], learner]
        found += wanted and better and match.get(learner) != teacher
    return found


def matched(organization: Organization, shortest: int) -> Match:
    match = accept(organization.index, shortest, ignore).match
    return {learner: teacher for learner, teacher in enumerate(match.tolist()) if teacher != NOBODY}


def as_solution(match: Match, scores: Scores) -> Solution:
    teacher = np.array(list(match.values()), dtype=np.int32)
    score = np.array([scores[pair] for pair in zip(match.values(), match, strict=True)], dtype=np.int32)
    learner, none = np.array(list(match), dtype=np.int32), np.zeros(0, dtype=np.int64)
    return Solution(np.arange(len(match), dtype=np.int32), teacher, learner, score, teacher, 0, None, none, "")


@given(rounds_of_stable, st.integers(1, 3))
@steadily
def test_no_pair_would_rather_have_each_other(organization: Organization, shortest: int) -> None:
    scores = all_scores(organization)
    assert blocking(organization, matched(organization, shortest), scores) == 0


@given(organizations(Mode.STABLE, most=5), st.integers(1, 3))
@steadily
def test_learners_have_the_best_teacher_of_all_stable_outcomes(organization: Organization, shortest: int) -> None:
    scores = all_scores(organization)
    by_learners = likings(organization, scores)[0]
    ours = matched(organization, shortest)
    for other in every_match(scores, free_places(organization)):
        if blocking(organization, other, scores) == 0:
            assert set(other) == set(ours)
            assert all(by_learners[ours[one], one] >= by_learners[other[one], one] for one in ours)


@given(rounds_of_stable, st.integers(0, 40))
@steadily
def test_blocking_pairs_are_counted(organization: Organization, number: int) -> None:
    scores = all_scores(organization)
    match = next(islice(every_match(scores, free_places(organization)), number, None), {})
    assert blocking_pairs(organization.problem, as_solution(match, scores)) == blocking(organization, match, scores)


@given(rounds_of_stable)
@steadily
def test_the_order_of_input_and_the_length_of_lists_change_nothing(organization: Organization) -> None:
    backwards = solve_stable(organization.read_as(organization.entrants[::-1]), ignore)
    solution = solve_stable(organization.problem, ignore)
    assert (backwards.teacher.tolist(), backwards.learner.tolist()) == (
        solution.teacher.tolist(),
        solution.learner.tolist(),
    )
    assert matched(organization, 1) == matched(organization, 99)


def test_a_stated_choice_comes_before_a_higher_score() -> None:
    people = [entering(a_learner("per_l1")), entering(a_learner("per_l2"))]
    people += [entering(a_teacher("per_t1", level=5)), entering(a_teacher("per_t2", level=1))]
    terms = Terms(weights=Weights(fit=9_000, choice=0, availability=1_000, time_zone=0, language=0))
    plain = Organization(tuple(people), terms=terms)
    chosen = (Choice("per_l1", "per_t2", 2, teaches=True), Choice("per_t2", "per_l1", 1, teaches=False))
    assert matched(replace(plain, choices=chosen), 1) == {0: 3, 1: 2}
    assert matched(replace(plain, choices=chosen, first=("per_l2",)), 1) == {0: 3, 1: 2}


def test_teachers_prefer_who_was_left_out_before() -> None:
    people = (entering(a_learner("per_l1")), entering(a_learner("per_l2", windows=())), entering(a_teacher()))
    assert matched(Organization(people), 1) == {0: 2}
    assert matched(Organization(people, first=("per_l2",)), 1) == {1: 2}


def test_everybody_alike_and_three_hundred_who_want_one_teacher() -> None:
    crowd = tuple(entering(a_learner(f"per_l{number:03}")) for number in range(300))
    star = Organization((*crowd, entering(a_teacher(), 3)), mode=Mode.STABLE)
    solution = solve_stable(star.problem, ignore)
    assert len(solution.learner) == 3
    assert blocking_pairs(star.problem, solution) == 0
    alike = Organization(crowd[:40] + tuple(entering(a_teacher(f"per_t{number:03}")) for number in range(40)))
    assert len(matched(alike, 2)) == 40
