from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.arrays import to_arrays
from services.matching.domain.engine.candidates import mutual_candidates, teaching_candidates
from services.matching.domain.engine.flow import best_assignment
from services.matching.domain.engine.instance import GroupSize, Instance, Mode, an_instance
from services.matching.domain.engine.pairs import pair_matches
from services.matching.domain.engine.plain_points import MutualPoints, group_points, pair_points
from services.matching.domain.engine.plain_reciprocal import reciprocal_matches
from services.matching.domain.engine.solve import solve
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher, entering
from services.matching.tests.unit.plain_organizations import instances, steadily
from services.matching.tests.unit.plain_reference import best_pairing, may_meet, mutual_score, orders, teaching_score


def ignore(_: float) -> None:
    return None


def in_any_order(instance: Instance) -> Iterator[Instance]:
    """The same facts, read in other orders."""
    for people in orders(instance):
        yield an_instance(
            people,
            mode=instance.mode,
            rules=instance.rules,
            competency_ids=sorted(instance.competency_ids, reverse=True),
            group_size=instance.group_size,
            seed=instance.seed,
            apart=sorted(instance.apart, reverse=True),
        )


@given(instances(Mode.PAIR))
@steadily
def test_most_learners_are_served_and_among_such_the_total_is_the_highest(instance: Instance) -> None:
    arrays = to_arrays(instance)
    learners = np.arange(arrays.size)
    edges = teaching_candidates(arrays, instance.rules, learners, arrays.teaching_places > 0, 99, ignore)
    chosen = best_assignment(edges, arrays.teaching_places, arrays.hashes)
    assert (len(chosen), int(chosen.scores.sum())) == best_pairing(instance)


@given(instances(Mode.PAIR))
@steadily
def test_every_allowed_pair_is_a_candidate_with_the_score_of_the_readable_rule(instance: Instance) -> None:
    arrays = to_arrays(instance)
    learners = np.arange(arrays.size)
    edges = teaching_candidates(arrays, instance.rules, learners, arrays.teaching_places > 0, 99, ignore)
    found = dict(
        zip(zip(edges.teachers.tolist(), edges.learners.tolist(), strict=True), edges.scores.tolist(), strict=True)
    )
    for i, teacher in enumerate(instance.entrants):
        for j, learner in enumerate(instance.entrants):
            assert found.get((i, j)) == teaching_score(instance, teacher, learner)


@given(instances(Mode.PAIR) | instances(Mode.RECIPROCAL), st.integers(1, 3))
@steadily
def test_a_short_list_holds_the_best_of_the_full_one(instance: Instance, most: int) -> None:
    arrays = to_arrays(instance)
    everybody, open_to = np.arange(arrays.size), arrays.teaching_places > 0
    candidates = teaching_candidates if instance.mode is Mode.PAIR else mutual_candidates
    full, short = (candidates(arrays, instance.rules, everybody, open_to, number, ignore) for number in (99, most))
    for learner in range(arrays.size):
        best = sorted(full.scores[full.learners == learner].tolist(), reverse=True)[:most]
        assert sorted(short.scores[short.learners == learner].tolist(), reverse=True) == best


@given(instances(Mode.PAIR))
@steadily
def test_short_lists_serve_as_many_as_full_ones_when_someone_is_left(instance: Instance) -> None:
    people = {entrant.person.id: entrant for entrant in instance.entrants}
    matches = pair_matches(instance, ignore, most=1)
    taught = Counter(match.teacher_id for match in matches)
    taught.update(learner for match in matches if match.mutual for learner in match.learner_ids)
    learning = {learner for match in matches for learner in match.learner_ids}
    learning |= {match.teacher_id for match in matches if match.mutual}
    for learner in people.values():
        for teacher in people.values():
            free = taught[teacher.person.id] < teacher.teaching_places
            if learner.person.id not in learning and free:
                assert teaching_score(instance, teacher, learner) is None


@given(instances(Mode.PAIR))
@steadily
def test_nobody_has_more_places_taken_than_they_have(instance: Instance) -> None:
    teaching: Counter[str] = Counter()
    learning: Counter[str] = Counter()
    for match in solve(instance):
        teaching[match.teacher_id] += 1
        learning.update(match.learner_ids)
        if match.mutual:
            teaching.update(match.learner_ids)
            learning[match.teacher_id] += 1
    for entrant in instance.entrants:
        assert teaching[entrant.person.id] <= entrant.teaching_places
        assert learning[entrant.person.id] <= entrant.learning_places


@given(instances(Mode.PAIR))
@steadily
def test_both_ways_only_where_both_teach_something_wanted(instance: Instance) -> None:
    people = {entrant.person.id: entrant.person for entrant in instance.entrants}
    for match in solve(instance):
        if match.mutual:
            back = pair_points(people[match.learner_ids[0]], people[match.teacher_id], instance.competency_ids)
            assert back.fit > 0


@given(instances(Mode.RECIPROCAL))
@steadily
def test_reciprocal_pairs_are_disjoint_and_nobody_left_could_be_paired(instance: Instance) -> None:
    people = {entrant.person.id: entrant for entrant in instance.entrants}
    for matches in (solve(instance), reciprocal_matches(instance, ignore, most=1)):
        paired = [person for match in matches for person in (match.teacher_id, *match.learner_ids)]
        assert len(paired) == len(set(paired))
        for match in matches:
            one, other = people[match.teacher_id], people[match.learner_ids[0]]
            assert match.mutual
            assert mutual_score(instance, one, other) == match.score
            there, back = (
                pair_points(*pair, instance.competency_ids)
                for pair in ((one.person, other.person), (other.person, one.person))
            )
            assert MutualPoints(there, back).total == match.score
        left = [entrant for entrant in instance.entrants if entrant.person.id not in paired]
        assert all(mutual_score(instance, one, other) is None for one in left for other in left)


@given(instances(Mode.GROUP))
@steadily
def test_groups_keep_their_size_their_places_and_private_growth_areas(instance: Instance) -> None:
    people = {entrant.person.id: entrant for entrant in instance.entrants}
    matches = solve(instance)
    learners = [learner for match in matches for learner in match.learner_ids]
    assert len(learners) == len(set(learners))
    for teacher_id, groups in Counter(match.teacher_id for match in matches).items():
        assert groups <= people[teacher_id].teaching_places
    for match in matches:
        assert instance.group_size.minimum <= len(match.learner_ids) <= instance.group_size.maximum
        assert match.competency_id is not None
        teacher = people[match.teacher_id].person
        members = [people[learner].person for learner in match.learner_ids]
        assert group_points(teacher, members, instance.competency_ids, match.competency_id).total == match.score
        for learner in match.learner_ids:
            assert teaching_score(instance, people[match.teacher_id], people[learner], match.competency_id) is not None
            (area,) = (one for one in people[learner].person.growth_areas if one.competency_id == match.competency_id)
            assert not area.private


@given(instances(Mode.PAIR) | instances(Mode.RECIPROCAL) | instances(Mode.GROUP))
@steadily
def test_the_order_of_input_changes_nothing(instance: Instance) -> None:
    for again in in_any_order(instance):
        assert again.snapshot_hash == instance.snapshot_hash
        assert solve(again) == solve(instance)


@given(instances(Mode.PAIR) | instances(Mode.RECIPROCAL) | instances(Mode.GROUP))
@steadily
def test_names_departments_and_levels_change_nothing(instance: Instance) -> None:
    people = [
        replace(entrant, person=replace(entrant.person, display_name="x", reporting_level=1, department="other"))
        for entrant in instance.entrants
    ]
    blind = replace(instance, entrants=tuple(people))
    assert blind.snapshot_hash == instance.snapshot_hash
    assert solve(blind) == solve(instance)


@given(instances(Mode.PAIR) | instances(Mode.RECIPROCAL) | instances(Mode.GROUP))
@steadily
def test_people_whom_a_rule_keeps_apart_are_never_matched(instance: Instance) -> None:
    people = {entrant.person.id: entrant for entrant in instance.entrants}
    for match in solve(instance):
        for learner in match.learner_ids:
            assert may_meet(instance, people[match.teacher_id], people[learner])


def test_a_fact_that_counts_changes_the_hash() -> None:
    one = an_instance([entering(a_teacher()), entering(a_learner())])
    assert an_instance([entering(a_teacher(level=4)), entering(a_learner())]).snapshot_hash != one.snapshot_hash
    assert an_instance([entering(a_teacher(), 0), entering(a_learner())]).snapshot_hash != one.snapshot_hash


def test_the_seed_decides_between_equals() -> None:
    people = [entering(a_teacher(f"per_t{n}")) for n in range(8)] + [entering(a_learner())]
    chosen = {solve(an_instance(people, seed=seed))[0].teacher_id for seed in range(30)}
    assert len(chosen) > 3


def test_a_junior_teaches_a_senior() -> None:
    junior, senior = a_teacher(reporting_level=5), a_learner(reporting_level=1)
    (match,) = solve(an_instance([entering(junior), entering(senior)]))
    assert (match.teacher_id, match.learner_ids) == ("per_t", ("per_l",))


def test_a_pair_goes_both_ways_when_each_can_teach_the_other() -> None:
    one = a_teacher("per_1", "cmp_1", growth_areas=(a_growth_area("cmp_2"),))
    other = a_teacher("per_2", "cmp_2", growth_areas=(a_growth_area("cmp_1"),))
    (match,) = solve(an_instance([entering(one), entering(other)]))
    assert match.mutual


def test_three_hundred_learners_who_want_one_teacher_fill_her_places() -> None:
    people = [entering(a_learner(f"per_l{n:03}")) for n in range(300)] + [entering(a_teacher(), 3)]
    assert len(solve(an_instance(people))) == 3


def test_identical_people_all_find_a_teacher() -> None:
    people = [entering(a_learner(f"per_l{n:03}")) for n in range(120)]
    people += [entering(a_teacher(f"per_t{n:03}")) for n in range(120)]
    matches = pair_matches(an_instance(people), ignore, most=2)
    assert len({match.teacher_id for match in matches}) == 120


def test_nobody_only_teachers_or_empty_profiles_give_no_match() -> None:
    for mode in Mode:
        for people in ([], [a_teacher("per_1"), a_teacher("per_2")], [a_person("per_1"), a_person("per_2")]):
            assert solve(an_instance(map(entering, people), mode=mode, group_size=GroupSize(1, 2))) == ()


def test_progress_goes_from_the_start_to_one() -> None:
    heard: list[float] = []
    solve(an_instance([entering(a_teacher()), entering(a_learner())]), heard.append)
    assert heard[0] == 1.0 or heard == sorted(heard)
    assert max(heard) == 1.0


def test_groups_are_filled_from_everybody_when_the_best_are_taken() -> None:
    people = [entering(a_teacher(f"per_t{n:02}")) for n in range(12)]
    people += [entering(a_learner(f"per_l{n:02}")) for n in range(30)]
    matches = solve(an_instance(people, mode=Mode.GROUP, group_size=GroupSize(1, 2)))
    assert sum(len(match.learner_ids) for match in matches) == 24
