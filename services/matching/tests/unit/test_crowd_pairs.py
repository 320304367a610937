from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given

from services.matching.domain.crowd_asker import Asker, Wanted
from services.matching.domain.crowd_pairs import Pairs
from services.matching.domain.drafting_columns import measure
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.people import Person
from services.matching.domain.reasons import reasons_of
from services.matching.tests.unit.organizations import Organization, organizations, steadily


@given(organizations(most=5))
@steadily
def test_what_speaks_for_a_pair_is_what_a_run_says_of_it(organization: Organization) -> None:
    round_ = replace(organization, choices=(), apart=())
    round_ = round_.with_people(*(labelled(entrant.person) for entrant in round_.entrants))
    people = [round_.person(row) for row in range(len(round_.entrants))]
    for row, me in enumerate(people):
        pairs = Pairs(Asker(me, Wanted(round_.terms, date.min, round_.topics), round_.similar))
        for other, person in enumerate(people):
            for found, teacher, learner in (
                (pairs.with_teacher(person), other, row),
                (pairs.with_learner(person), row, other),
            ):
                rows = np.array([teacher], dtype=np.int32), np.array([learner], dtype=np.int32)
                score = pair_scores(round_.index, *rows)[0]
                if score < 0:
                    assert found is None
                    continue
                labels = {one: one.upper() for one in round_.problem.roster.competency_ids}
                run = measure(round_.index, *rows, np.array([-1], dtype=np.int32), labels)
                assert found is not None
                assert (found.score, found.subject.competency_id, found.discreet) == (
                    score,
                    run.subjects[0],
                    run.discreet[0],
                )
                assert found.reasons == reasons_of(run.tracks, round_.terms.weights, choices_count=False)


def labelled(person: Person) -> Person:
    """The person whose competencies have names."""
    return replace(
        person,
        strengths=tuple(replace(one, label=one.competency_id.upper()) for one in person.strengths),
        growth_areas=tuple(replace(one, label=one.competency_id.upper()) for one in person.growth_areas),
    )
