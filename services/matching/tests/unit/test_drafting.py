from dataclasses import asdict, replace
from itertools import count

import pytest
from hypothesis import given

from services.matching.domain.drafting import Draft, Frame, draft_by_hand, draft_match
from services.matching.domain.engine.instance import Instance, Mode, an_instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.plain_points import pair_points
from services.matching.domain.engine.solve import solve
from services.matching.domain.explanation import COORDINATOR
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.people import Person, Strength
from services.matching.domain.proposal import ProposalStatus, Track
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher, entering
from services.matching.tests.unit.plain_organizations import instances, steadily


def a_frame(mode: Mode = Mode.PAIR, kind: Kind = Kind.MENTORING) -> Frame:
    numbers = count(1)
    return Frame("prg_1", "run_1", kind, mode, (), lambda prefix: f"{prefix}_{next(numbers)}")


def draft(*people: Person, mode: Mode = Mode.PAIR) -> Draft:
    instance = an_instance(map(entering, people), mode=mode)
    (match,) = solve(instance)
    return draft_match(match, {person.id: person for person in people}, a_frame(mode))


SECRET = a_growth_area("cmp_secret", private=True, label="Reading a balance sheet")
OPEN = a_growth_area("cmp_open", label="Python")


@given(instances(Mode.PAIR) | instances(Mode.RECIPROCAL) | instances(Mode.GROUP))
@steadily
def test_contributions_add_up_to_the_score_for_every_viewer(instance: Instance) -> None:
    people = {entrant.person.id: entrant.person for entrant in instance.entrants}
    frame = replace(a_frame(instance.mode), competency_ids=instance.competency_ids)
    for match in solve(instance):
        made = draft_match(match, people, frame)
        assert set(made.explanations) == {COORDINATOR, match.teacher_id, *match.learner_ids}
        for explanation in made.explanations.values():
            assert sum(one.points for one in explanation.contributions) == match.score == made.proposal.score
            assert explanation.value


def test_a_score_that_the_parts_do_not_add_up_to_is_refused() -> None:
    people = {"per_t": a_teacher(), "per_l": a_learner()}
    with pytest.raises(ValueError, match="add up"):
        draft_match(Match("per_t", ("per_l",), 1), people, a_frame())


def test_a_private_growth_area_is_named_to_its_owner_alone() -> None:
    made = draft(a_teacher(competency_id="cmp_secret"), a_learner(growth_areas=(SECRET,)))
    assert made.proposal.tracks[0].discreet
    told = {viewer: str(asdict(explanation)) for viewer, explanation in made.explanations.items()}
    assert SECRET.label in told["per_l"]
    assert SECRET.label not in told["per_t"] + told[COORDINATOR]


def test_an_open_growth_area_is_named_to_everybody() -> None:
    made = draft(a_teacher(competency_id="cmp_open"), a_learner(growth_areas=(OPEN,)))
    assert not made.proposal.tracks[0].discreet
    assert all("Python" in str(asdict(explanation)) for explanation in made.explanations.values())


@given(instances(Mode.PAIR))
@steadily
def test_a_private_growth_area_beside_the_named_one_moves_no_point(instance: Instance) -> None:
    for teacher in instance.entrants:
        for learner in instance.entrants:
            person = learner.person
            stated = replace(person, growth_areas=tuple(a for a in person.growth_areas if not a.private))
            points, without = pair_points(teacher.person, person), pair_points(teacher.person, stated)
            assert points.breadth == without.breadth
            assert points.fit >= without.fit


def test_by_hand_a_private_growth_area_scores_like_none() -> None:
    tracks = (Track("trk_1", "per_t", "per_l", "cmp_secret", "Reading a balance sheet"),)
    teacher, other = a_teacher(competency_id="cmp_secret"), a_person("per_l")
    wanting = a_learner("per_l", growth_areas=(SECRET,))
    secret = draft_by_hand(tracks, {"per_t": teacher, "per_l": wanting}, a_frame())
    nothing = draft_by_hand(tracks, {"per_t": teacher, "per_l": other}, a_frame())
    assert secret.proposal.score == nothing.proposal.score
    assert secret.explanations == nothing.explanations


def test_by_hand_it_is_offered_at_once() -> None:
    tracks = (Track("trk_1", "per_t", "per_l", "cmp_1", "Python"),)
    made = draft_by_hand(tracks, {"per_t": a_teacher(), "per_l": a_learner()}, a_frame())
    assert made.proposal.status is ProposalStatus.OFFERED
    assert {one.person_id: one.roles for one in made.proposal.participants} == {
        "per_l": {Role.LEARNER},
        "per_t": {Role.TEACHER},
    }


def test_both_ways_has_two_tracks_and_both_roles() -> None:
    one = a_person("per_1", strengths=(Strength("cmp_1", 5),), growth_areas=(a_growth_area("cmp_2", label="Sales"),))
    other = a_person("per_2", strengths=(Strength("cmp_2", 5),), growth_areas=(a_growth_area("cmp_1", label="Go"),))
    for mode in (Mode.PAIR, Mode.RECIPROCAL):
        made = draft(one, other, mode=mode)
        assert {(track.teacher_id, track.competency_label) for track in made.proposal.tracks} == {
            ("per_1", "Go"),
            ("per_2", "Sales"),
        }
        assert all(participant.roles == set(Role) for participant in made.proposal.participants)
        assert "Go" in made.explanations["per_1"].value
        assert "Sales" in made.explanations["per_1"].value


def test_a_group_is_about_one_competency() -> None:
    learners = [a_learner(f"per_l{n}", growth_areas=(OPEN,)) for n in range(3)]
    made = draft(a_teacher(competency_id="cmp_open"), *learners, mode=Mode.GROUP)
    assert {track.learner_id for track in made.proposal.tracks} == {"per_l0", "per_l1", "per_l2"}
    assert {track.competency_label for track in made.proposal.tracks} == {"Python"}


def test_the_reasons_of_both_directions_are_told_from_each_side() -> None:
    three = [f"cmp_{n}" for n in range(3)]
    one = a_person(
        "per_1",
        strengths=tuple(Strength(competency, 5) for competency in three),
        growth_areas=(a_growth_area("cmp_x", label="Sales"),),
    )
    other = a_person(
        "per_2",
        strengths=(Strength("cmp_x", 5),),
        growth_areas=tuple(a_growth_area(competency, label=competency) for competency in three),
    )
    made = draft(one, other, mode=Mode.RECIPROCAL)
    told = {
        viewer: {contribution.code: contribution.text for contribution in explanation.contributions}
        for viewer, explanation in made.explanations.items()
    }
    assert set(told["per_1"]) == {"fit", "fit_back", "breadth", "availability", "time_zone", "language"}
    assert told["per_1"]["breadth"] == "You could help with more of what this person wants to learn."
    assert told["per_2"]["breadth"] == "The same person can help with more of what you want to learn."
    assert told[COORDINATOR]["breadth"].startswith("The teacher could help")
    assert "Sales" in told["per_1"]["fit_back"]
    assert told["per_1"]["fit_back"].startswith("You want to learn")
    assert told["per_2"]["fit_back"].startswith("This person wants to learn")


def test_how_near_two_people_are_is_told_in_hours() -> None:
    made = draft(a_teacher(), a_learner(utc_offset=90))
    told = {one.code: one.text for one in made.explanations["per_t"].contributions}
    assert told["time_zone"] == "You keep clocks that are 1.5 hours apart."
    assert told["availability"] == "You are both free for 10 hours of a usual week."
    assert told["language"] == "You have one language in common."
