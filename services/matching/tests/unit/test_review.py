"""Why learners are left out, how fair a round was, and whether a policy looks at what it is blind to."""

from dataclasses import replace

import numpy as np
from hypothesis import given

from services.matching.domain.engine.build import Entrant
from services.matching.domain.engine.problem import Mode
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.solve import solve
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.policy import BlindAttribute, HardRules, LevelBand, Terms, Weights
from services.matching.domain.review.audit import permuted, served
from services.matching.domain.review.fairness import busiest_share, fairness, gini
from services.matching.domain.review.left_out import Binding, BindingRule, LeftOut, left_out
from services.matching.tests.unit.organizations import Organization, organizations, steadily


def person(number: int, **facts: object) -> Person:
    blank = Person(
        id=f"per_{number}",
        display_name="",
        active=True,
        reporting_level=3,
        manager_id=None,
        department=None,
        team=None,
        utc_offset=0,
        languages=frozenset({"en"}),
        teaching_capacity=1,
        learning_capacity=1,
        paused_until=None,
        windows=(),
        strengths=(),
        growth_areas=(),
    )
    return replace(blank, **facts)  # type: ignore[arg-type] # each test states the facts that it is about


def teacher(number: int, level: int = 5, **facts: object) -> Entrant:
    return Entrant(person(number, strengths=(Strength("cmp_a", level),), **facts), 1, 0)


def learner(number: int, **facts: object) -> Entrant:
    stated: dict[str, object] = {"growth_areas": (GrowthArea("cmp_a", 0, 3, 3),), **facts}
    return Entrant(person(number, **stated), 0, 1)


def why(*entrants: Entrant, rules: HardRules | None = None, **round_: object) -> list[LeftOut]:
    terms = Terms(rules=rules or HardRules())
    organization = Organization(tuple(entrants), terms=terms, **round_)  # type: ignore[arg-type] # as above
    return left_out(organization.problem, solve(organization.problem))


def test_who_states_nothing_is_told_so() -> None:
    assert why(teacher(1), learner(2, growth_areas=())) == [LeftOut("per_2", Binding.NOTHING_STATED)]


def test_a_topic_of_another_program_is_nothing_stated_here() -> None:
    assert why(teacher(1), learner(2), topics=("cmp_b",)) == [LeftOut("per_2", Binding.NOTHING_STATED)]


def test_what_nobody_teaches_is_told_so() -> None:
    other = replace(person(1), strengths=(Strength("cmp_b", 5),))
    assert why(Entrant(other, 1, 0), learner(2)) == [LeftOut("per_2", Binding.NOBODY_TEACHES_IT)]


def test_who_was_outbid_is_told_that_nobody_was_free() -> None:
    (one,) = why(teacher(1), learner(2), learner(3, languages=frozenset({"de", "en"})), teacher(4, level=0))
    assert one.code is Binding.NOBODY_FREE


def test_a_pair_that_is_not_to_meet_again_reads_as_nobody_free() -> None:
    assert why(teacher(1), learner(2), apart=(("per_1", "per_2"),)) == [LeftOut("per_2", Binding.NOBODY_FREE)]


def test_the_floor_tells_how_much_is_missing() -> None:
    (one,) = why(teacher(1), learner(2), rules=HardRules(min_score=9_000))
    (open_,) = solve(Organization((teacher(1), learner(2))).problem).score
    assert (one.code, one.short_by) == (Binding.FLOOR, 9_000 - open_)


def test_the_rule_that_removed_the_nearest_is_named() -> None:
    cases: list[tuple[Entrant, HardRules, BindingRule]] = [
        (teacher(1, manager_id="per_2"), HardRules(), BindingRule.MANAGER_LINE),
        (teacher(1, team="red"), HardRules(), BindingRule.SAME_TEAM),
        (teacher(1, languages=frozenset({"fr"})), HardRules(), BindingRule.LANGUAGE),
        (teacher(1, utc_offset=300), HardRules(max_time_zone_gap_hours=2), BindingRule.TIME_ZONE),
        (teacher(1), HardRules(level_band=LevelBand(least=1)), BindingRule.LEVEL_BAND),
    ]
    for one, rules, rule in cases:
        assert why(one, learner(2, team="red"), rules=rules) == [LeftOut("per_2", Binding.RULE, rule)]


def test_several_rules_at_once_are_told_as_several() -> None:
    found = why(teacher(1, team="red", languages=frozenset({"fr"})), learner(2, team="red"))
    assert found == [LeftOut("per_2", Binding.RULE, BindingRule.SEVERAL)]


def test_who_has_nobody_to_exchange_with_is_told_so() -> None:
    found = why(teacher(1), replace(learner(2), teaching_places=1), mode=Mode.RECIPROCAL)
    assert LeftOut("per_2", Binding.NOBODY_TO_EXCHANGE_WITH) in found


@steadily
@given(organizations())
def test_everybody_left_out_has_a_reason_and_nobody_else(organization: Organization) -> None:
    problem = organization.problem
    solution = solve(problem)
    waiting = {problem.roster.ids[row] for row in np.flatnonzero(problem.learning_places)}
    waiting -= {problem.roster.ids[row] for row in solution.learner}
    assert [one.person_id for one in left_out(problem, solution)] == sorted(waiting)


@steadily
@given(organizations())
def test_ranks_count_every_learner_once(organization: Organization) -> None:
    figures = fairness(organization.problem, solve(organization.problem))
    assert sum(figures.ranks.values()) == figures.sampled == figures.learners
    assert figures.greedy_total is not None


def test_stable_pairs_leave_no_pair_that_would_rather_meet() -> None:
    both = frozenset({"de", "en"})
    people = (teacher(1, languages=both), teacher(2, level=1), learner(3, languages=both), learner(4))
    stable = Organization(people, mode=Mode.STABLE)
    solution = solve(stable.problem)
    assert fairness(stable.problem, solution).blocking_pairs == 0
    learners = solution.learner[::-1].copy()
    swapped = replace(solution, learner=learners, score=pair_scores(stable.index, solution.teacher, learners))
    assert fairness(stable.problem, swapped).blocking_pairs == 1
    assert fairness(stable.problem, swapped).envious == 1


def test_load_is_even_or_on_few() -> None:
    assert gini(np.array([2, 2, 2, 2])) == 0
    assert gini(np.array([0, 0, 0, 8])) == 750
    assert gini(np.array([], dtype=np.int64)) == 0
    assert busiest_share(np.array([1] * 19 + [19])) == 50


@steadily
@given(organizations())
def test_a_policy_without_a_look_changes_no_rank(organization: Organization) -> None:
    terms = Terms(Weights(), replace(organization.terms.rules, exclude_same_team=False, level_band=None))
    problem = replace(organization, terms=terms).problem
    blind = {BlindAttribute.NAME, BlindAttribute.REPORTING_LEVEL, BlindAttribute.DEPARTMENT, BlindAttribute.TEAM}
    assert all(one.changed_ranks == 0 for one in permuted(problem, blind, seed=1))


def test_the_audit_catches_a_score_that_looks() -> None:
    looking = Weights(fit=5_500, other_department=1_000)
    people = [teacher(number, department=f"d{number % 2}") for number in range(6)]
    people += [learner(number + 10, department=f"d{number % 2}") for number in range(6)]
    problem = Organization(tuple(people), terms=Terms(looking)).problem
    level, department = permuted(problem, {BlindAttribute.DEPARTMENT, BlindAttribute.REPORTING_LEVEL}, seed=1)[::-1]
    assert level.changed_ranks == 0
    assert department.changed_ranks > 0
    assert department.examples


def test_groups_are_told_how_they_are_served() -> None:
    problem = Organization((teacher(1), learner(2), learner(3, growth_areas=()))).problem
    found = served(problem, 1, {"per_2": "north", "per_3": "north"})
    assert (found["north"].learners, found["north"].with_teacher) == (2, 1)
