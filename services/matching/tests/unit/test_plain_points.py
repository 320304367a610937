from dataclasses import astuple, replace

from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.closeness import free_quarters, gap_minutes, shared_minutes
from services.matching.domain.engine.instance import Instance, Mode
from services.matching.domain.engine.plain_points import MAXIMUM, MutualPoints, group_points, helped_areas, pair_points
from services.matching.domain.people import Strength
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher
from services.matching.tests.unit.plain_organizations import instances, steadily


def test_the_best_pair_scores_ten_thousand() -> None:
    wanted = tuple(a_growth_area(f"cmp_{n}") for n in range(4))
    teacher = a_person(
        "per_t", strengths=tuple(Strength(a.competency_id, 3) for a in wanted), languages=frozenset({"en", "de"})
    )
    learner = a_person("per_l", growth_areas=wanted, languages=frozenset({"en", "de"}))
    assert pair_points(teacher, learner).total == MAXIMUM == 10_000


def test_a_level_above_the_wanted_one_adds_nothing() -> None:
    assert pair_points(a_teacher(level=3), a_learner()) == pair_points(a_teacher(level=5), a_learner())


def test_half_of_the_wanted_levels_is_worth_half() -> None:
    learner = a_learner(growth_areas=(a_growth_area(target_level=4),))
    assert pair_points(a_teacher(level=2), learner).fit == 3_000


def test_a_less_important_growth_area_counts_for_less() -> None:
    wanted = (a_growth_area("cmp_1", importance=2), a_growth_area("cmp_2", importance=4))
    assert pair_points(a_teacher(competency_id="cmp_1"), a_learner(growth_areas=wanted)).fit == 3_000


def test_a_strength_that_nobody_offers_helps_nobody() -> None:
    teacher = a_teacher(strengths=(Strength("cmp_1", 5, willing=False),))
    assert helped_areas(teacher, a_learner()) == []
    assert pair_points(teacher, a_learner()).fit == 0


def test_only_the_competencies_of_the_program_count() -> None:
    assert pair_points(a_teacher(), a_learner(), {"cmp_2"}).fit == 0


def test_the_reporting_level_moves_no_point() -> None:
    junior, senior = (a_teacher(reporting_level=level) for level in (5, 1))
    learner = a_learner(reporting_level=1)
    assert pair_points(junior, learner) == pair_points(senior, learner)


def test_time_in_common_is_counted_in_whole_quarter_hours() -> None:
    one = a_person(windows=((0, 100),))
    other = a_person(windows=((20, 200),))
    assert shared_minutes(one, other) == 60


def test_a_window_may_pass_the_end_of_the_week() -> None:
    late = a_person(windows=((10_050, 30),))
    early = a_person(windows=((0, 60),))
    assert shared_minutes(late, early) == 30
    assert free_quarters(((10_050, 10_110),)) == free_quarters(((10_050, 30),))


def test_clocks_are_compared_the_short_way_round_the_day() -> None:
    assert gap_minutes(a_person(utc_offset=-660), a_person(utc_offset=720)) == 60


def test_a_group_scores_the_mean_of_each_part() -> None:
    far = a_learner("per_far", utc_offset=360, windows=())
    points = group_points(a_teacher(), [a_learner(), far], (), "cmp_1")
    assert astuple(points) == (6_000, 0, 500, 600, 500)


@given(instances(Mode.PAIR))
@steadily
def test_every_score_lies_between_zero_and_ten_thousand(instance: Instance) -> None:
    for teacher in instance.entrants:
        for learner in instance.entrants:
            there = pair_points(teacher.person, learner.person)
            back = pair_points(learner.person, teacher.person)
            assert all(part >= 0 for part in astuple(there))
            assert 0 <= there.total <= MAXIMUM
            assert 0 <= MutualPoints(there, back).total <= MAXIMUM
            assert MutualPoints(there, back).total == MutualPoints(back, there).total


@given(instances(Mode.PAIR), st.integers(1, 5))
@steadily
def test_one_more_strength_never_lowers_a_score(instance: Instance, level: int) -> None:
    for teacher in instance.entrants:
        held = {one.competency_id for one in teacher.person.strengths}
        if "cmp_a" in held:
            continue
        stronger = replace(teacher.person, strengths=(*teacher.person.strengths, Strength("cmp_a", level)))
        for learner in instance.entrants:
            before, after = (pair_points(one, learner.person) for one in (teacher.person, stronger))
            assert after.total >= before.total
