import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.query import best_for_one, best_teachers, mutual_lists, pair_scores
from services.matching.tests.unit.organizations import Organization, organizations, steadily
from services.matching.tests.unit.reference import mutual_score, score, teaching_score


def rows(organization: Organization) -> np.ndarray:
    return np.arange(len(organization.entrants), dtype=np.int32)


@given(organizations())
@steadily
def test_lists_hold_every_feasible_pair_with_the_score_of_the_readable_rule(organization: Organization) -> None:
    everybody = rows(organization)
    lists = best_teachers(organization.index, everybody, 99)
    for learner in everybody.tolist():
        part = slice(lists.start[learner], lists.start[learner + 1])
        found = dict(zip(lists.teacher[part].tolist(), lists.score[part].tolist(), strict=True))
        expected = {t: teaching_score(organization, t, learner) for t in everybody.tolist()}
        assert found == {teacher: points for teacher, points in expected.items() if points is not None}
        assert lists.score[part].tolist() == sorted(lists.score[part].tolist(), reverse=True)


@given(organizations())
@steadily
def test_scores_of_pairs_are_those_of_the_readable_rule(organization: Organization) -> None:
    everybody = rows(organization)
    teachers, learners = np.repeat(everybody, len(everybody)), np.tile(everybody, len(everybody))
    found = pair_scores(organization.index, teachers, learners)
    people = [entrant.person for entrant in organization.by_row]
    for teacher, learner, points in zip(teachers.tolist(), learners.tolist(), found.tolist(), strict=True):
        expected = score(people[teacher], people[learner], organization.conditions)
        assert points == (-1 if expected is None else expected)


@given(organizations())
@steadily
def test_partners_are_those_of_the_readable_rule(organization: Organization) -> None:
    everybody = rows(organization)
    lists = mutual_lists(organization.index, everybody, 99)
    for person in everybody.tolist():
        part = slice(lists.start[person], lists.start[person + 1])
        found = dict(zip(lists.teacher[part].tolist(), lists.score[part].tolist(), strict=True))
        expected = {other: mutual_score(organization, person, other) for other in everybody.tolist()}
        assert found == {other: points for other, points in expected.items() if points is not None}


@given(organizations(), st.booleans())
@steadily
def test_the_best_for_one_are_those_of_the_readable_rule(organization: Organization, teaches: bool) -> None:
    everybody = rows(organization)
    for person in everybody.tolist():
        found, points = best_for_one(organization.index, person, teaches=teaches, most=99)
        pairs = [(person, other) if teaches else (other, person) for other in everybody.tolist()]
        expected = {other: teaching_score(organization, *pair) for other, pair in enumerate(pairs)}
        assert dict(zip(found.tolist(), points.tolist(), strict=True)) == {
            other: points for other, points in expected.items() if points is not None
        }
