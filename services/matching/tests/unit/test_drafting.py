from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from services.matching.domain.drafting import Draft, draft_by_hand, draft_solution
from services.matching.domain.engine.build import Entrant, build_problem
from services.matching.domain.engine.points import Conditions, Points
from services.matching.domain.engine.problem import Solution
from services.matching.domain.explanation import Explanation, explain
from services.matching.domain.kinds import Role
from services.matching.domain.people import Person, Strength
from services.matching.domain.policy import Terms, Weights
from services.matching.domain.proposal import ProposalStatus, Source, Track
from services.matching.domain.reasons import Reason, ReasonCode, stored
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher
from services.matching.tests.unit.arrangements import Arranged, a_frame, arranged, people_of, readers, shown
from services.matching.tests.unit.organizations import Organization, organizations, steadily

SECRET = a_growth_area("cmp_secret", private=True, label="Reading a balance sheet")
OPEN = a_growth_area("cmp_open", label="Python")


def told(one: Arranged, reader: str | None) -> Explanation:
    return explain("mentoring", shown(one.draft, reader), one.draft.reasons, reader, "en")


@given(organizations(most=5))
@steadily
def test_each_part_is_what_the_readable_rules_say(organization: Organization) -> None:
    for one in arranged(organization):
        parts = {code: sum(reason.points for reason in one.draft.reasons if reason.code == code) for code in ReasonCode}
        assert Points(**{code.value: points for code, points in parts.items()}) == one.points
        assert one.draft.proposal.score == one.points.total


@given(organizations(most=5))
@steadily
def test_contributions_add_up_to_the_score_for_every_reader(organization: Organization) -> None:
    for one in arranged(organization):
        for reader in readers(one.draft):
            explanation = told(one, reader)
            assert sum(part.points for part in explanation.contributions) == one.draft.proposal.score
            assert all(part.points > 0 and part.text for part in explanation.contributions)
            assert explanation.value
            assert (explanation.value_to_others is None) == (reader is None)


@given(organizations(most=5))
@steadily
def test_what_is_told_is_the_same_without_private_areas_that_are_not_the_reason(organization: Organization) -> None:
    open_people = (
        replace(person, growth_areas=tuple(area for area in person.growth_areas if not area.private))
        for person in people_of(organization)
    )
    without = {_tracks_of(one): one for one in arranged(organization.with_people(*open_people))}
    for one in arranged(organization):
        if not any(track.discreet for track in one.draft.proposal.tracks):
            assert stored(one.draft.reasons) == stored(without[_tracks_of(one)].draft.reasons)


@given(organizations(most=5))
@steadily
def test_a_private_area_is_in_no_reason_at_all(organization: Organization) -> None:
    for one in arranged(organization):
        for track in one.draft.proposal.tracks:
            if track.discreet:
                others = [reader for reader in readers(one.draft) if reader != track.learner_id]
                fit = [reason for reason in one.draft.reasons if reason.code == ReasonCode.FIT]
                of_track = [reason for reason in fit if _number(reason) == one.draft.proposal.tracks.index(track)]
                assert [set(reason.facts) - {"track"} for reason in of_track] == [set()]
                assert all(
                    part.facts.get("competency_id") != track.competency_id
                    for reader in others
                    for part in told(one, reader).contributions
                    if part.facts.get("learner_id") == track.learner_id
                )


@given(organizations(most=5))
@steadily
def test_what_somebody_chose_is_told_to_themself_alone(organization: Organization) -> None:
    half = organization.terms.weights.choice // 2
    for one in arranged(organization):
        for reader in readers(one.draft):
            chosen = [reason for reason in one.draft.reasons if reader and reason.facts.get("owner") == reader]
            explanation = told(one, reader)
            points = sum(part.points for part in explanation.contributions if part.code == ReasonCode.CHOICE)
            assert points == sum(reason.points for reason in chosen)
            for change in explanation.changes:
                assert change.code != ReasonCode.CHOICE or change.points == half - points


def test_a_score_that_the_parts_do_not_add_up_to_is_refused() -> None:
    problem = build_problem([Entrant(a_teacher(), 1, 0), Entrant(a_learner(), 0, 1)])
    proposal, teacher, learner, score, about = (np.array([number], dtype=np.int32) for number in (0, 1, 0, 1, -1))
    prices = np.zeros(2, dtype=np.int64)
    solution = Solution(proposal, teacher, learner, score, about, 1, None, prices, "none")
    with pytest.raises(ValueError, match="add up to"):
        draft_solution(problem, solution, replace(a_frame(), labels={"cmp_1": "Python"}))


def test_nothing_found_is_no_proposal() -> None:
    problem = build_problem([])
    none = np.zeros(0, dtype=np.int32)
    solution = Solution(none, none, none, none, none, 0, None, np.zeros(0, dtype=np.int64), "none")
    assert draft_solution(problem, solution, a_frame()) == []


def by_hand(teacher: Person, learner: Person, conditions: Conditions | None = None, *, discreet: bool = False) -> Draft:
    competency = teacher.strengths[0].competency_id
    tracks = (Track("trk_1", teacher.id, learner.id, competency, "Python", discreet),)
    frame = replace(a_frame(), source=Source.ADMIN, status=ProposalStatus.OFFERED)
    return draft_by_hand(tracks, {teacher.id: teacher, learner.id: learner}, frame, conditions or Conditions())


def test_by_hand_a_private_growth_area_scores_like_none() -> None:
    teacher, other = a_teacher(competency_id="cmp_secret"), a_person("per_l")
    wanting = a_learner("per_l", growth_areas=(SECRET,))
    assert by_hand(teacher, wanting) == by_hand(teacher, other)


def test_by_hand_its_owner_may_ask_for_a_private_growth_area() -> None:
    teacher, wanting = a_teacher(competency_id="cmp_secret"), a_learner("per_l", growth_areas=(SECRET,))
    asked = by_hand(teacher, wanting, discreet=True)
    assert asked.reasons[0] == Reason(ReasonCode.FIT, Weights().fit, {})
    assert "cmp_secret" not in str(stored(asked.reasons))


def test_by_hand_it_is_offered_at_once() -> None:
    made = by_hand(a_teacher(competency_id="cmp_open"), a_learner(growth_areas=(OPEN,))).proposal
    assert made.was_offered
    assert (made.status, made.source) == (ProposalStatus.OFFERED, Source.ADMIN)
    assert {one.person_id: one.roles for one in made.participants} == {
        "per_l": {Role.LEARNER},
        "per_t": {Role.TEACHER},
    }


def test_by_hand_choices_count_for_who_made_them() -> None:
    conditions = Conditions(ranks={("per_l", "per_t", True): 1, ("per_t", "per_l", False): 2})
    made = by_hand(a_teacher(competency_id="cmp_open"), a_learner(growth_areas=(OPEN,)), conditions)
    chosen = {reason.facts["owner"]: reason.points for reason in made.reasons if reason.code == ReasonCode.CHOICE}
    assert chosen == {"per_l": 500, "per_t": 400}


def test_by_hand_a_group_has_one_fit_together() -> None:
    teacher, weights = a_teacher(competency_id="cmp_open"), Terms().weights
    learners = [a_learner(f"per_l{n}", growth_areas=(OPEN,) if n else ()) for n in range(3)]
    tracks = tuple(Track(f"trk_{one.id}", "per_t", one.id, "cmp_open", "Python") for one in learners)
    made = draft_by_hand(tracks, {one.id: one for one in (teacher, *learners)}, a_frame(), Conditions())
    fit = [reason for reason in made.reasons if reason.code == ReasonCode.FIT]
    assert fit == [Reason(ReasonCode.FIT, 2 * weights.fit // 3, {})]


def test_what_similar_strengths_bring_is_told_with_their_name() -> None:
    teacher = a_teacher("per_t", strengths=(Strength("cmp_b", 3),))
    learner = a_learner("per_l", competency_id="cmp_a")
    organization = Organization((Entrant(teacher, 1, 0), Entrant(learner, 0, 1)), similar=(("cmp_a", "cmp_b", 60),))
    (pair,) = arranged(organization)[:1]
    assert pair.draft.reasons[0] == Reason(ReasonCode.FIT, 3_900, {"held": "Label of cmp_b"})


def _tracks_of(one: Arranged) -> tuple[object, ...]:
    tracks = one.draft.proposal.tracks
    return one.is_group, *((track.teacher_id, track.learner_id, track.competency_id) for track in tracks)


def _number(reason: Reason) -> int:
    return int(reason.facts.get("track", 0))
