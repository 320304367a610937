from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.assign import Assigned, assign, solve_pairs
from services.matching.domain.engine.build import Entrant
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Mode
from services.matching.domain.engine.roster import NOBODY
from services.matching.domain.policy import HardRules, Terms
from services.matching.tests.builders import a_growth_area, a_learner, a_teacher, entering
from services.matching.tests.unit.assignments import Scores, Value, all_scores, best, free_places, ignore
from services.matching.tests.unit.organizations import Organization, organizations, steadily

EXACTLY = {"exact": 1_000}
BY_ROUNDS = {"exact": 0, "shortest": 1}
"""Few people, but solved as if they were many, from lists of one teacher."""

modes = st.sampled_from([Mode.BEST_TOTAL, Mode.MOST_PARTICIPANTS, Mode.MAX_MIN])
ways = st.sampled_from([EXACTLY, BY_ROUNDS])


def found(organization: Organization, mode: Mode, how: dict[str, int]) -> Assigned:
    return assign(build_index(replace(organization.problem, mode=mode)), ignore, **how)


def pairs(assigned: Assigned) -> list[tuple[int, int]]:
    return [(teacher, learner) for learner, teacher in enumerate(assigned.match.tolist()) if teacher != NOBODY]


def whoever_is_first(organization: Organization) -> set[int]:
    return {row for row, entrant in enumerate(organization.by_row) if entrant.person.id in organization.first}


def lowest(scores: Scores, reached: list[tuple[int, int]]) -> int:
    return min((scores[pair] for pair in reached), default=0)


def best_value(organization: Organization, mode: Mode, scores: Scores) -> Value:
    """How many are served (where that counts), and the total, in which being first counts for 10,000."""
    first, places = whoever_is_first(organization), free_places(organization)

    def worth(learner: int, score: int) -> Value:
        return int(score > 0 and mode is not Mode.BEST_TOTAL), score + 10_000 * (score > 0 and learner in first)

    if mode is not Mode.MAX_MIN:
        return best(scores, places, worth)
    most = best(scores, places, worth)[0]
    values = (
        best({pair: score for pair, score in scores.items() if score >= floor}, places, worth)
        for floor in sorted({0, *scores.values()}, reverse=True)
    )
    return next(value for value in values if value[0] == most)


@given(organizations(), modes, ways)
@steadily
def test_nothing_beats_what_is_found_but_for_the_gap(
    organization: Organization, mode: Mode, how: dict[str, int]
) -> None:
    scores = all_scores(organization)
    assigned = found(organization, mode, how)
    served, total = best_value(organization, mode, scores)
    of_first = 10_000 * len(whoever_is_first(organization) & {learner for _, learner in pairs(assigned)})
    reached = sum(scores[pair] for pair in pairs(assigned)) + of_first
    assert reached <= total <= assigned.upper_bound + of_first
    if mode is not Mode.BEST_TOTAL:
        assert len(pairs(assigned)) == served
    if how == EXACTLY:
        assert reached == total == assigned.upper_bound + of_first
    else:
        assert (assigned.upper_bound + of_first - reached) * 10_000 <= 10 * (assigned.upper_bound + of_first)


@given(organizations(), ways)
@steadily
def test_the_floor_is_as_high_as_it_can_be(organization: Organization, how: dict[str, int]) -> None:
    scores, places = all_scores(organization), free_places(organization)
    reached = pairs(found(organization, Mode.MAX_MIN, how))
    floor = lowest(scores, reached)
    higher = {pair: score for pair, score in scores.items() if score > floor}
    assert not reached or best(higher, places, lambda _, score: (int(score > 0),))[0] < len(reached)


@given(organizations(), modes, ways)
@steadily
def test_nobody_is_left_who_could_be_added(organization: Organization, mode: Mode, how: dict[str, int]) -> None:
    scores, places = all_scores(organization), free_places(organization)
    reached = pairs(found(organization, mode, how))
    taught = Counter(teacher for teacher, _ in reached)
    assert all(taught[row] <= free for row, free in enumerate(places))
    served = {learner for _, learner in reached}
    floor = lowest(scores, reached) if mode is Mode.MAX_MIN else 0
    for (teacher, learner), score in scores.items():
        assert learner in served or taught[teacher] == places[teacher] or score < floor


@given(organizations(), modes, ways)
@steadily
def test_nobody_takes_the_place_of_who_was_left_out_before(
    organization: Organization, mode: Mode, how: dict[str, int]
) -> None:
    scores, first = all_scores(organization), whoever_is_first(organization)
    reached = pairs(found(organization, mode, how))
    left = first - {learner for _, learner in reached}
    floor = lowest(scores, reached) if mode is Mode.MAX_MIN else 0
    for teacher, learner in reached:
        assert learner in first or all(scores.get((teacher, other), -1) < floor for other in left)


@given(organizations(), modes)
@steadily
def test_one_more_place_never_makes_it_worse(organization: Organization, mode: Mode) -> None:
    def value(entrants: tuple[Entrant, ...]) -> Value:
        of = replace(organization, first=(), entrants=entrants)
        reached, scores = pairs(found(of, mode, EXACTLY)), all_scores(of)
        total = sum(scores[pair] for pair in reached)
        if mode is Mode.BEST_TOTAL:
            return (total,)
        return (len(reached), lowest(scores, reached), total) if mode is Mode.MAX_MIN else (len(reached), total)

    more = tuple(replace(one, teaching_places=one.teaching_places + 1) for one in organization.entrants)
    assert value(more) >= value(organization.entrants)


@given(organizations(), modes)
@steadily
def test_a_pair_goes_both_ways_only_where_it_may(organization: Organization, mode: Mode) -> None:
    solution = solve_pairs(replace(organization.problem, mode=mode), ignore)
    scores = all_scores(organization)
    tracks = list(zip(solution.teacher.tolist(), solution.learner.tolist(), solution.score.tolist(), strict=True))
    assert all(scores[teacher, learner] == score for teacher, learner, score in tracks)
    assert max(Counter(solution.learner.tolist()).values(), default=1) == 1
    taught = Counter(solution.teacher.tolist())
    assert all(taught[row] <= free for row, free in enumerate(free_places(organization)))
    for teacher, learner, _ in tracks:
        back = scores.get((learner, teacher)), learner, teacher
        room = taught[learner] < organization.by_row[learner].teaching_places
        alone = teacher not in set(solution.learner.tolist())
        assert back[0] is None or not room or not alone
    together = {frozenset(track[:2]): number for number, track in zip(solution.proposal.tolist(), tracks, strict=True)}
    assert len(together) == len(set(solution.proposal.tolist()))


@given(organizations(), ways, modes)
@steadily
def test_the_order_of_input_changes_nothing(organization: Organization, how: dict[str, int], mode: Mode) -> None:
    backwards = build_index(replace(organization.read_as(organization.entrants[::-1]), mode=mode))
    assert pairs(assign(backwards, ignore, **how)) == pairs(found(organization, mode, how))


def crowd(learners: int, teachers: int, **people: Entrant) -> Organization:
    """Alike learners and alike teachers."""
    return Organization(
        tuple(entering(a_learner(f"per_l{number:03}")) for number in range(learners))
        + tuple(entering(a_teacher(f"per_t{number:03}")) for number in range(teachers))
        + tuple(people.values())
    )


def alike(learners: int, teachers: int) -> Organization:
    """Learners who want one or two of three competencies, and fewer teachers, each of one."""
    wanted = (("cmp_1",), ("cmp_1", "cmp_2"), ("cmp_2", "cmp_3"), ("cmp_1", "cmp_3"))
    return Organization(
        tuple(
            entering(
                a_learner(
                    f"per_l{number:03}", growth_areas=tuple(a_growth_area(one) for one in wanted[number % len(wanted)])
                )
            )
            for number in range(learners)
        )
        + tuple(
            entering(a_teacher(f"per_t{number:03}", f"cmp_{number % 3 + 1}", 2 + number % 4))
            for number in range(teachers)
        )
    )


def test_many_who_are_alike_are_matched_in_few_rounds() -> None:
    assigned = found(alike(2_000, 1_500), Mode.BEST_TOTAL, {"exact": 0, "shortest": 4})
    assert (assigned.upper_bound - assigned.rounds[-1].total) * 10_000 <= 10 * assigned.upper_bound
    assert assigned.solver == "auction"
    assert len(assigned.rounds) <= 60


@pytest.mark.parametrize("how", [EXACTLY, BY_ROUNDS])
@pytest.mark.parametrize("mode", [Mode.BEST_TOTAL, Mode.MOST_PARTICIPANTS, Mode.MAX_MIN])
def test_extremes_have_clear_outcomes(mode: Mode, how: dict[str, int]) -> None:
    assert pairs(found(crowd(0, 0), mode, how)) == []
    assert pairs(found(crowd(0, 5), mode, how)) == []
    assert pairs(found(crowd(5, 0), mode, how)) == []
    assert len(pairs(found(crowd(40, 40), mode, how))) == 40
    assert len(pairs(found(crowd(30, 20), mode, how))) == 20
    wanted = crowd(300, 0, star=entering(a_teacher(), 3))
    assert len(pairs(found(wanted, mode, how))) == 3
    assert pairs(found(crowd(9, 0, star=entering(a_teacher(), 0)), mode, how)) == []
    strict = replace(crowd(9, 9), terms=Terms(rules=HardRules(min_score=10_000)))
    assert pairs(found(strict, mode, how)) == []


def test_the_seed_decides_between_equals() -> None:
    alike = crowd(1, 8)
    chosen = {pairs(found(replace(alike, seed=seed), Mode.BEST_TOTAL, EXACTLY))[0][0] for seed in range(30)}
    assert len(chosen) > 3


def test_a_pair_goes_both_ways_when_each_can_teach_the_other() -> None:
    one = a_teacher("per_1", "cmp_1", growth_areas=(a_growth_area("cmp_2"),))
    other = a_teacher("per_2", "cmp_2", growth_areas=(a_growth_area("cmp_1"),))
    for places in ((1, 1), (1, 0)):
        both = Organization((entering(one), entering(other, learning_places=places[1])))
        solution = solve_pairs(both.problem, ignore)
        assert solution.proposal.tolist() == [0] * (1 + places[1])


def test_latecomers_move_no_agreed_pair() -> None:
    people = crowd(30, 20).entrants
    agreed = pairs(found(Organization(people), Mode.BEST_TOTAL, EXACTLY))
    rows = Organization(people).by_row
    held = Counter(rows[row].person.id for pair in agreed for row in pair)
    later = tuple(
        replace(
            one,
            teaching_places=one.teaching_places - held[one.person.id] * (one.person.id[4] == "t"),
            learning_places=one.learning_places - held[one.person.id] * (one.person.id[4] == "l"),
        )
        for one in people
    )
    newcomers = (entering(a_learner("per_new")), entering(a_teacher("per_now"), 2))
    again = Organization(later + newcomers)
    added = {
        tuple(again.by_row[row].person.id for row in pair) for pair in pairs(found(again, Mode.BEST_TOTAL, EXACTLY))
    }
    assert len(added) == 2
    assert {teacher for teacher, _ in added} == {"per_now"}
    assert not {learner for _, learner in added} & set(held)
