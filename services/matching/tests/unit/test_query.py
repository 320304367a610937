from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.hashing import to_bytes
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.points import best_fit, pair_points, score
from services.matching.domain.engine.query import (
    Lists,
    best_teachers,
    mutual_lists,
    pair_parts,
    pair_scores,
)
from services.matching.domain.engine.roster import Flags, Ints, Roster
from services.matching.domain.engine.selection import TOGETHER
from services.matching.domain.people import Strength
from services.matching.domain.policy import HardRules, LevelBand
from services.matching.tests.builders import a_growth_area, a_learner, a_teacher, entering
from services.matching.tests.generator import organization as generated
from services.matching.tests.unit.organizations import Organization, organizations, steadily
from services.matching.tests.unit.reference import mutual_score, teaching_score

ALL = 99


def everybody(organization: Organization) -> Ints:
    return np.arange(len(organization.entrants), dtype=np.int32)


def each(lists: Lists) -> Iterator[list[tuple[int, int]]]:
    """The list of each who was asked: partners with scores, best first."""
    for start, end in zip(lists.start[:-1].tolist(), lists.start[1:].tolist(), strict=True):
        yield list(zip(lists.teacher[start:end].tolist(), lists.score[start:end].tolist(), strict=True))


def all_pairs(organization: Organization) -> tuple[Ints, Ints]:
    rows = everybody(organization)
    return np.repeat(rows, len(rows)), np.tile(rows, len(rows))


@given(organizations())
@steadily
def test_lists_hold_every_feasible_pair_with_the_score_of_the_readable_rule(round_: Organization) -> None:
    rows = everybody(round_)
    for learner, found in enumerate(each(best_teachers(round_.index, rows, ALL))):
        expected = {teacher: teaching_score(round_, teacher, learner) for teacher in rows.tolist()}
        assert dict(found) == {teacher: points for teacher, points in expected.items() if points is not None}
        assert [points for _, points in found] == sorted((points for _, points in found), reverse=True)


@given(organizations())
@steadily
def test_lists_of_partners_hold_every_feasible_pair_with_the_score_of_the_readable_rule(round_: Organization) -> None:
    rows = everybody(round_)
    for person, found in enumerate(each(mutual_lists(round_.index, rows, ALL))):
        expected = {other: mutual_score(round_, person, other) for other in rows.tolist()}
        assert dict(found) == {other: points for other, points in expected.items() if points is not None}


@given(organizations())
@steadily
def test_scores_and_parts_of_pairs_are_those_of_the_readable_rule(round_: Organization) -> None:
    teachers, learners = all_pairs(round_)
    scores, parts = pair_scores(round_.index, teachers, learners), pair_parts(round_.index, teachers, learners)
    areas = round_.problem.roster.growth_areas
    for place, (teacher, learner) in enumerate(zip(teachers.tolist(), learners.tolist(), strict=True)):
        pair = round_.person(teacher), round_.person(learner)
        expected = score(*pair, round_.conditions)
        assert scores[place] == (-1 if expected is None else expected)
        points, fit = pair_points(*pair, round_.conditions), best_fit(*pair, round_.conditions)
        assert (parts.fit[place], parts.choice[place]) == (points.fit, points.choice)
        assert (parts.availability[place], parts.time_zone[place]) == (points.availability, points.time_zone)
        assert (parts.language[place], parts.other_department[place]) == (points.language, points.other_department)
        assert parts.discreet[place] == fit.discreet
        topic = parts.topic[place]
        found = None if topic < 0 else round_.problem.roster.competency_ids[areas.competency[topic]]
        assert found == (fit.topic and fit.topic.competency_id)


@given(
    organizations(), st.integers(1, 4), st.lists(st.integers(0, 9_000), min_size=7, max_size=7), st.integers(0, 6_000)
)
@steadily
def test_with_prices_the_best_are_by_score_less_price_and_above_the_floor(
    round_: Organization, most: int, costs: list[int], floor: int
) -> None:
    rows = everybody(round_)
    prices = np.array(costs[: len(rows)], dtype=np.int64)
    lists = best_teachers(round_.index, rows, most, prices, np.full(len(rows), floor))
    for found, full in zip(each(lists), each(best_teachers(round_.index, rows, ALL)), strict=True):
        worth = sorted((points - costs[teacher] for teacher, points in full), reverse=True)
        assert [points - costs[teacher] for teacher, points in found] == [one for one in worth if one > floor][:most]


@pytest.mark.parametrize("ask", [best_teachers, mutual_lists])
def test_a_short_list_is_the_beginning_of_the_full_one(ask: Callable[..., Lists]) -> None:
    problem = generated(600, "ties")
    index = build_index(problem)
    rows = np.arange(600, dtype=np.int32)
    for short, full in zip(each(ask(index, rows, 7)), each(ask(index, rows, 600)), strict=True):
        assert short == full[:7]


def test_lists_of_many_blocks_in_threads_are_those_of_one() -> None:
    index = build_index(generated(5_000))
    rows = np.arange(5_000, dtype=np.int32)
    together = best_teachers(index, rows, 5)
    parts = [best_teachers(index, rows[start : start + 500], 5) for start in range(0, 5_000, 500)]
    np.testing.assert_array_equal(together.teacher, np.concatenate([part.teacher for part in parts]))
    np.testing.assert_array_equal(together.score, np.concatenate([part.score for part in parts]))


@pytest.mark.parametrize("scenario", ["std", "ties"])
def test_small_blocks_give_the_same_lists_as_one_for_all(scenario: str) -> None:
    problem = generated(1_500, scenario)
    rows = np.arange(1_500, dtype=np.int32)
    one, several = build_index(problem, block=2_000), build_index(problem, block=40)
    for ask in (best_teachers, mutual_lists):
        for left, right in zip(each(ask(one, rows, 9)), each(ask(several, rows, 9)), strict=True):
            assert left == right


@pytest.mark.parametrize("ask", [best_teachers, mutual_lists])
def test_a_list_is_the_same_whoever_else_asks(ask: Callable[..., Lists]) -> None:
    index = build_index(generated(3_000, "ties"), block=500)
    learners = np.flatnonzero(index.problem.learning_places > 0).astype(np.int32)
    # More of one kind than are answered together.
    assert np.bincount(index.seats.kind[learners]).max() > TOGETHER
    floors = np.where(learners % 3 == 0, 6_000, 2_500)
    some = range(0, len(learners), 13)
    together = list(each(ask(index, learners, 9, floors=floors)))
    alone = [next(each(ask(index, learners[one : one + 1], 9, floors=floors[one : one + 1]))) for one in some]
    assert [together[one] for one in some] == alone
    assert min(map(len, alone)) < 9 == max(map(len, alone))


RULES_OFF = HardRules(exclude_manager_line=False, exclude_same_team=False, require_shared_language=False)
RULES = {
    "manager-line": replace(RULES_OFF, exclude_manager_line=True),
    "same-team": replace(RULES_OFF, exclude_same_team=True),
    "no-shared-language": replace(RULES_OFF, require_shared_language=True),
    "time-zone-gap": replace(RULES_OFF, max_time_zone_gap_hours=4),
    "level-band": replace(RULES_OFF, level_band=LevelBand(least=0, most=2)),
    "below-the-floor": replace(RULES_OFF, min_score=5_000),
}


@pytest.mark.parametrize("code", RULES)
def test_each_rule_alone_removes_exactly_its_pairs(code: str) -> None:
    problem = generated(150)
    free, bound = (
        build_index(replace(problem, terms=replace(problem.terms, rules=rules))) for rules in (RULES_OFF, RULES[code])
    )
    teachers, learners = np.divmod(np.arange(150 * 150, dtype=np.int32), np.int32(150))
    before, after = (pair_scores(index, teachers, learners) for index in (free, bound))
    broken = breaks(code, problem.roster, teachers, learners, before)
    assert (broken & (before >= 0)).any()
    np.testing.assert_array_equal(after, np.where(broken, -1, before))


def breaks(code: str, roster: Roster, teachers: Ints, learners: Ints, points: Ints) -> Flags:
    """The rules once more, in other words than the readable ones."""
    gap = np.abs(roster.utc_offset[teachers].astype(int) - roster.utc_offset[learners])
    below = roster.level[teachers] - roster.level[learners]
    broken: dict[str, Flags] = {
        "manager-line": (roster.manager[teachers] == learners) | (roster.manager[learners] == teachers),
        "same-team": roster.team[teachers] == roster.team[learners],
        "no-shared-language": (roster.languages[teachers] & roster.languages[learners])[:, 0] == 0,
        "time-zone-gap": np.minimum(gap, 24 * 60 - gap) > 4 * 60,
        "level-band": (below < 0) | (below > 2),
        "below-the-floor": points < 5_000,
    }
    return broken[code]


@given(organizations())
@steadily
def test_people_kept_apart_by_name_are_apart_in_both_directions(round_: Organization) -> None:
    free = replace(round_, apart=())
    teachers, learners = all_pairs(round_)
    before, after = pair_scores(free.index, teachers, learners), pair_scores(round_.index, teachers, learners)
    ids = round_.problem.roster.ids
    for place, pair in enumerate(zip(teachers.tolist(), learners.tolist(), strict=True)):
        named = tuple(ids[row] for row in pair)
        is_apart = named in round_.apart or named[::-1] in round_.apart
        assert after[place] == (-1 if is_apart else before[place])


def test_levels_and_departments_change_no_list_when_no_rule_asks_for_them() -> None:
    problem = generated(400)
    chance, rows = np.random.default_rng(1), np.arange(400, dtype=np.int32)
    roster = replace(
        problem.roster,
        level=chance.permutation(problem.roster.level),
        department=chance.permutation(problem.roster.department),
    )
    plain, shuffled = build_index(problem), build_index(replace(problem, roster=roster))
    for ask in (best_teachers, mutual_lists):
        assert list(each(ask(shuffled, rows, 20))) == list(each(ask(plain, rows, 20)))


def test_names_never_enter() -> None:
    people = [a_teacher("per_t", display_name="A"), a_learner("per_l", display_name="B")]
    renamed = [replace(person, display_name="C") for person in people]
    plain, other = (Organization(tuple(map(entering, some))).problem for some in (people, renamed))
    assert to_bytes(plain) == to_bytes(other)


@given(organizations(), st.sampled_from("abcd"), st.integers(1, 5))
@steadily
def test_one_more_strength_or_level_never_lowers_a_score(round_: Organization, letter: str, level: int) -> None:
    teachers, learners = all_pairs(round_)
    before = pair_scores(round_.index, teachers, learners)
    stronger = []
    for row in everybody(round_).tolist():
        person = round_.person(row)
        known = {one.competency_id: one for one in person.strengths}
        held = known.get(f"cmp_{letter}", Strength(f"cmp_{letter}", 0))
        known[f"cmp_{letter}"] = replace(held, level=max(held.level, level), willing=True)
        stronger.append(replace(person, strengths=tuple(known.values())))
    after = pair_scores(round_.with_people(*stronger).index, teachers, learners)
    assert (after >= before).all()


@given(organizations())
@steadily
def test_private_growth_areas_move_no_point_of_who_is_matched_openly(round_: Organization) -> None:
    teachers, learners = all_pairs(round_)
    without = round_.with_people(
        *(
            replace(person, growth_areas=tuple(area for area in person.growth_areas if not area.private))
            for person in map(round_.person, everybody(round_).tolist())
        )
    )
    told, untold = (pair_parts(one.index, teachers, learners) for one in (round_, without))
    open_pairs = ~told.discreet
    np.testing.assert_array_equal(told.fit[open_pairs], untold.fit[open_pairs])
    assert (told.fit >= untold.fit).all()


def test_the_seed_decides_between_equals() -> None:
    people = [entering(a_teacher(f"per_t{n}")) for n in range(8)] + [entering(a_learner())]
    rounds = [Organization(tuple(people), seed=seed) for seed in range(30)]
    first = {next(each(best_teachers(one.index, np.array([0], dtype=np.int32), 1)))[0][0] for one in rounds}
    assert len(first) > 3


def test_a_junior_teaches_a_senior() -> None:
    people = entering(a_teacher(reporting_level=9)), entering(a_learner(reporting_level=1))
    ((best, _),) = next(each(best_teachers(Organization(people).index, np.array([0], dtype=np.int32), 3)))
    assert best == 1


def test_nobody_or_nobody_with_a_place_gives_empty_lists() -> None:
    nobody = Organization(())
    assert best_teachers(nobody.index, everybody(nobody), 5).start.tolist() == [0]
    full = Organization((entering(a_teacher(), 0, 0), entering(a_learner(), 0, 0)))
    for ask in (best_teachers, mutual_lists):
        assert list(each(ask(full.index, everybody(full), 5))) == [[], []]


def test_hundreds_who_want_one_teacher_each_find_her() -> None:
    people = [entering(a_learner(f"per_l{n:03}")) for n in range(300)] + [entering(a_teacher(), 3)]
    crowd = Organization(tuple(people))
    learners = np.arange(300, dtype=np.int32)
    assert [[row for row, _ in found] for found in each(best_teachers(crowd.index, learners, 4))] == [[300]] * 300


def test_more_than_sixty_four_languages_are_told_apart() -> None:
    people = [entering(a_teacher(f"per_t{n:02}", languages=frozenset({f"l{n:02}"}))) for n in range(90)]
    people.append(entering(a_learner("per_z", languages=frozenset({"l77", "l03"}))))
    (found,) = each(best_teachers(Organization(tuple(people)).index, np.array([90], dtype=np.int32), ALL))
    assert {row for row, _ in found} == {3, 77}


def test_a_similar_competency_counts_by_its_share_and_the_best_of_all_that_is_held() -> None:
    wanted = a_learner(growth_areas=(a_growth_area("cmp_1", target_level=4),))
    teacher = a_teacher(strengths=(Strength("cmp_1", 1), Strength("cmp_2", 4)))
    round_ = Organization((entering(wanted), entering(teacher)), similar=(("cmp_1", "cmp_2", 60),))
    parts = pair_parts(round_.index, np.array([1], dtype=np.int32), np.array([0], dtype=np.int32))
    assert parts.fit.tolist() == [6_500 * 60 // 100]
