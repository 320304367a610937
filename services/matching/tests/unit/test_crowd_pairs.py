from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.crowd_asker import Asker, Wanted
from services.matching.domain.crowd_pairs import Pairs
from services.matching.domain.drafting_columns import measure
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.explanation import explain
from services.matching.domain.explanation_pair import PairTeller
from services.matching.domain.explanation_reader import Audience, ShownTrack
from services.matching.domain.kinds import Kind
from services.matching.domain.people import Person
from services.matching.domain.reasons import reasons_of, score_of
from services.matching.domain.words.locales import LOCALES
from services.matching.tests.unit.organizations import Organization, organizations, steadily


@given(organizations(most=5))
@steadily
def test_what_speaks_for_a_pair_is_what_a_run_says_of_it(organization: Organization) -> None:
    round_ = without_wishes_for_people(organization)
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
                told, weights = [found.measured], round_.terms.weights
                reasons = reasons_of(told, weights, choices_count=False)
                assert reasons == reasons_of(run.tracks, weights, choices_count=False)


@given(organizations(most=5), st.sampled_from(sorted(LOCALES)), st.sampled_from(Kind))
@steadily
def test_a_pair_is_explained_as_a_proposal_is_and_adds_up(organization: Organization, locale: str, kind: Kind) -> None:
    round_ = without_wishes_for_people(organization)
    people, weights = [round_.person(row) for row in range(len(round_.entrants))], round_.terms.weights
    for me in people:
        pairs = Pairs(Asker(me, Wanted(round_.terms, date.min, round_.topics), round_.similar))
        for person in people:
            for found, side, ids in (
                (pairs.with_teacher(person), Audience.LEARNER, (person.id, me.id)),
                (pairs.with_learner(person), Audience.TEACHER, (me.id, person.id)),
            ):
                if found is None:
                    continue
                told = PairTeller(kind, side, weights, locale).told(*ids, found.subject, found.measured)
                track = ShownTrack(*ids, found.subject.competency_id, found.subject.label)
                reasons = reasons_of([found.measured], weights, choices_count=False)
                assert told == explain(kind, [track], reasons, me.id, locale)
                assert found.score == score_of(reasons) == sum(part.points for part in told.contributions)


def without_wishes_for_people(organization: Organization) -> Organization:
    """The organization in which nobody chose or excluded anybody, with names of all competencies."""
    round_ = replace(organization, choices=(), apart=())
    return round_.with_people(*(labelled(entrant.person) for entrant in round_.entrants))


def labelled(person: Person) -> Person:
    """The person whose competencies have names."""
    return replace(
        person,
        strengths=tuple(replace(one, label=one.competency_id.upper()) for one in person.strengths),
        growth_areas=tuple(replace(one, label=one.competency_id.upper()) for one in person.growth_areas),
    )
