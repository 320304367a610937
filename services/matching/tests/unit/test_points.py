from dataclasses import astuple

from hypothesis import given

from services.matching.domain.engine.closeness import free_quarters, gap_minutes, shared_minutes
from services.matching.domain.engine.points import (
    Conditions,
    area_weights,
    best_fit,
    mean_points,
    pair_points,
    score,
    single_fit,
)
from services.matching.domain.people import Strength
from services.matching.domain.policy import MAXIMUM, HardRules, LevelBand, Terms, Weights
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher
from services.matching.tests.unit.organizations import Organization, organizations, steadily

PLAIN = Conditions()


def test_a_pair_for_which_everything_speaks_scores_ten_thousand() -> None:
    wanted = tuple(a_growth_area(f"cmp_{n}") for n in range(3))
    both = frozenset({"en", "de"})
    teacher = a_person("per_t", strengths=tuple(Strength(a.competency_id, 3) for a in wanted), languages=both)
    learner = a_person("per_l", growth_areas=wanted, languages=both)
    chosen = Conditions(ranks={("per_l", "per_t", True): 1, ("per_t", "per_l", False): 1})
    assert pair_points(teacher, learner, chosen).total == MAXIMUM == 10_000


def test_importance_shares_the_weight_of_fit_and_nothing_of_it_is_lost() -> None:
    areas = [a_growth_area(f"cmp_{n}", importance=importance) for n, importance in enumerate((1, 3, 3))]
    assert [weight for _, weight in area_weights(areas, 6_500)] == [928, 2_787, 2_785]


def test_a_private_growth_area_takes_no_weight_from_the_others_and_stands_alone() -> None:
    public, private = a_growth_area("cmp_1", importance=3), a_growth_area("cmp_2", importance=2, private=True)
    assert [weight for _, weight in area_weights([public, private], 6_500)] == [6_500, 6_500 * 2 // 5]
    learner = a_learner(growth_areas=(public, private))
    both = a_teacher(strengths=(Strength("cmp_1", 5), Strength("cmp_2", 5)))
    fit = best_fit(both, learner, PLAIN)
    assert (fit.points, fit.topic, fit.discreet) == (6_500, public, False)
    fit = best_fit(a_teacher(competency_id="cmp_2"), learner, PLAIN)
    assert (fit.points, fit.topic, fit.discreet) == (2_600, private, True)


def test_half_of_the_wanted_levels_is_worth_half_and_more_than_wanted_adds_nothing() -> None:
    learner = a_learner(growth_areas=(a_growth_area(target_level=4),))
    assert [best_fit(a_teacher(level=level), learner, PLAIN).points for level in (1, 2, 4, 5)] == [
        1_625,
        3_250,
        6_500,
        6_500,
    ]


def test_nobody_learns_what_they_know_already() -> None:
    learner = a_learner(growth_areas=(a_growth_area(current_level=3, target_level=5),))
    assert score(a_teacher(level=3), learner, PLAIN) is None


def test_of_a_competency_and_a_similar_one_the_better_counts() -> None:
    learner = a_learner(growth_areas=(a_growth_area(target_level=4),))
    alike = Conditions(similar={("cmp_1", "cmp_2"): 50})
    held = (Strength("cmp_1", 1), Strength("cmp_2", 4))
    assert best_fit(a_teacher(strengths=held), learner, alike).points == 3_250
    assert best_fit(a_teacher(strengths=held), learner, PLAIN).points == 1_625


def test_the_topic_is_what_gains_most_then_what_matters_most() -> None:
    areas = (a_growth_area("cmp_1", importance=2), a_growth_area("cmp_2", importance=4, target_level=4))
    learner, teacher = a_learner(growth_areas=areas), a_teacher(strengths=(Strength("cmp_1", 3), Strength("cmp_2", 2)))
    fit = best_fit(teacher, learner, PLAIN)
    assert fit.points == 2_166 + 2_167
    assert fit.topic == areas[1]


def test_a_strength_that_nobody_offers_and_a_competency_outside_the_program_help_nobody() -> None:
    assert score(a_teacher(strengths=(Strength("cmp_1", 5, willing=False),)), a_learner(), PLAIN) is None
    assert score(a_teacher(), a_learner(), Conditions(topics=frozenset({"cmp_2"}))) is None


def test_a_group_looks_at_its_competency_as_if_it_were_the_only_one_and_at_no_private_one() -> None:
    areas = (a_growth_area("cmp_1", importance=1), a_growth_area("cmp_2", importance=5, private=True))
    learner = a_learner(growth_areas=(*areas, a_growth_area("cmp_3", importance=5)))
    assert pair_points(a_teacher(), learner, PLAIN, only="cmp_1").fit == 6_500
    assert single_fit(a_teacher(competency_id="cmp_2"), learner, "cmp_2", PLAIN).points == 0


def test_choices_count_by_rank_and_only_where_there_is_something_to_teach() -> None:
    ranked = Conditions(ranks={("per_l", "per_t", True): 2, ("per_t", "per_l", False): 5})
    assert pair_points(a_teacher(), a_learner(), ranked).choice == 400 + 100
    assert pair_points(a_teacher(competency_id="cmp_2"), a_learner(), ranked).choice == 0
    assert pair_points(a_learner(), a_teacher(), ranked).choice == 0


def test_departments_count_where_a_policy_says_so() -> None:
    terms = Terms(Weights(fit=6_000, other_department=500))
    pairs = (("north", "south"), ("north", "north"), (None, "south"))
    points = [
        pair_points(a_teacher(department=one), a_learner(department=other), Conditions(terms)).other_department
        for one, other in pairs
    ]
    assert points == [500, 0, 0]


def test_a_level_counts_by_a_stated_band_alone() -> None:
    junior, senior, unknown = (a_teacher(reporting_level=level) for level in (5, 1, None))
    learner = a_learner(reporting_level=3)
    assert score(junior, learner, PLAIN) == score(senior, learner, PLAIN) == score(unknown, learner, PLAIN)
    reverse = Conditions(Terms(rules=HardRules(level_band=LevelBand(least=1))))
    assert score(junior, learner, reverse) is not None
    assert score(senior, learner, reverse) is None
    assert score(unknown, learner, reverse) is None


def test_tracks_of_a_proposal_score_the_mean_of_each_part() -> None:
    far = a_learner("per_far", utc_offset=360, windows=())
    tracks = [pair_points(a_teacher(), learner, PLAIN) for learner in (a_learner(), far)]
    assert astuple(mean_points(tracks)) == (6_500, 0, 500, 600, 500, 0)


def test_time_in_common_is_counted_in_whole_quarter_hours() -> None:
    assert shared_minutes(a_person(windows=((0, 100),)), a_person(windows=((20, 200),))) == 60


def test_a_window_may_pass_the_end_of_the_week() -> None:
    assert shared_minutes(a_person(windows=((10_050, 30),)), a_person(windows=((0, 60),))) == 30
    assert free_quarters(((10_050, 10_110),)) == free_quarters(((10_050, 30),))


def test_clocks_are_compared_the_short_way_round_the_day() -> None:
    assert gap_minutes(a_person(utc_offset=-660), a_person(utc_offset=720)) == 60


@given(organizations())
@steadily
def test_every_part_keeps_to_its_weight_and_both_directions_to_one_mean(round_: Organization) -> None:
    weights = round_.terms.weights
    bounds = astuple(weights)
    people = [round_.person(row) for row in range(len(round_.entrants))]
    for one in people:
        for other in people:
            there, back = (pair_points(*pair, round_.conditions) for pair in ((one, other), (other, one)))
            assert all(0 <= part <= bound for part, bound in zip(astuple(there), bounds, strict=True))
            assert mean_points([there, back]) == mean_points([back, there])
