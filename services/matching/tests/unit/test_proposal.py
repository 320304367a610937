from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.matching.domain.capacity import NoPlaceLeftError, Places, Seat, seats_of, take_seats
from services.matching.domain.engine.build import Entering, profile_of
from services.matching.domain.entry import Candidate, Load, Planned, entering, free_places, still_possible
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.proposal import (
    Participant,
    Proposal,
    ProposalClosedError,
    ProposalStatus,
    Source,
    Track,
    TracksInvalidError,
    check_tracks,
    participants_of,
    withdraw,
)
from services.matching.tests.builders import a_candidate, a_learner, a_person, a_teacher
from services.matching.tests.unit.test_program import an_open_program

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEACHER, LEARNER = Seat("per_t", Role.TEACHER), Seat("per_l", Role.LEARNER)
TRACK = Track("trk_1", "per_t", "per_l", "cmp_1", "Python")


def a_proposal(status: ProposalStatus = ProposalStatus.OFFERED) -> Proposal:
    return Proposal(
        id="pro_1",
        program_id="prg_1",
        match_run_id=None,
        kind=Kind.MENTORING,
        source=Source.RUN,
        status=status,
        score=7000,
        participants=participants_of((TRACK,)),
        tracks=(TRACK,),
        expires_at=NOW + timedelta(days=14),
        was_offered=True,
        version=1,
    )


def test_planned_and_open_proposals_are_withdrawn_and_no_others() -> None:
    for status in ProposalStatus:
        if status in {ProposalStatus.PLANNED, ProposalStatus.OFFERED, ProposalStatus.PARTLY_ACCEPTED}:
            assert withdraw(a_proposal(status)).status is ProposalStatus.WITHDRAWN
        else:
            with pytest.raises(ProposalClosedError):
                withdraw(a_proposal(status))


def test_tracks_give_people_their_roles() -> None:
    back = Track("trk_2", "per_l", "per_t", "cmp_2", "Sales")
    both = frozenset(Role)
    assert participants_of((TRACK, back)) == (Participant("per_l", both), Participant("per_t", both))


def test_tracks_connect_a_pair_or_a_group() -> None:
    other = replace(TRACK, learner_id="per_m")
    check_tracks((TRACK,), group=False, largest_group=8)
    check_tracks((TRACK, other), group=True, largest_group=2)
    for tracks, group, largest in (
        ((replace(TRACK, learner_id="per_t"),), False, 8),
        ((TRACK, TRACK), False, 8),
        ((TRACK, other), False, 8),
        ((TRACK, other), True, 1),
        ((TRACK, replace(other, teacher_id="per_u")), True, 8),
    ):
        with pytest.raises(TracksInvalidError):
            check_tracks(tracks, group=group, largest_group=largest)


def test_a_group_takes_one_place_of_its_teacher() -> None:
    group = participants_of((TRACK, replace(TRACK, learner_id="per_m")))
    assert [seat for seat in seats_of(group) if seat.role is Role.TEACHER] == [TEACHER]


def test_places_are_taken_all_or_none() -> None:
    with pytest.raises(NoPlaceLeftError):
        take_seats((TEACHER, LEARNER), {TEACHER: Places(2, 0), LEARNER: Places(1, 1)})
    assert take_seats((TEACHER, LEARNER), {TEACHER: Places(2, 0), LEARNER: Places(1, 0)}) == {LEARNER}


def test_a_capacity_that_was_lowered_leaves_no_places_and_never_fewer() -> None:
    assert Places(1, 3).free == 0


def entering_the_run(part: Candidate) -> list[Entering]:
    return list(entering(an_open_program(who_may_learn={"reporting_levels": None}), [part], NOW.date()))


def test_who_enters_a_run_brings_what_is_left_of_their_places() -> None:
    part = a_candidate(a_person(teaching_capacity=3), *Role, capacity=2, teaching=Load(everywhere=1, here=1))
    (entered,) = entering_the_run(part)
    assert (entered.teaching_places, entered.learning_places) == (1, 1)
    assert entering_the_run(part._replace(teaching=Load(5, 5), learning=Load(5, 5))) == []
    assert entering_the_run(part._replace(active=False)) == []
    assert entering_the_run(part._replace(paused_until=date(2026, 3, 3))) == []
    assert entering_the_run(part._replace(paused_until=NOW.date())) == [entered]


def test_somebody_who_moved_out_of_a_programs_levels_no_longer_enters_in_that_role() -> None:
    part = a_candidate(a_person(reporting_level=4), Role.LEARNER)
    assert list(entering(an_open_program(), [part], NOW.date())) == []


def test_what_is_offered_never_counts_a_place_twice() -> None:
    people = (a_teacher("per_t"), a_learner("per_l"), a_learner("per_m"))
    free = free_places(Entering(profile_of(person), 1, 1) for person in people)
    first = Planned("pro_1", (TEACHER, LEARNER), (("per_t", "per_l"),))
    second = Planned("pro_2", (TEACHER, Seat("per_m", Role.LEARNER)), (("per_t", "per_m"),))
    assert [*map(set, still_possible([first, second], free, ()))] == [{"pro_1"}, {"per_m"}]
    assert [*map(set, still_possible([first, second], free, [("per_l", "per_t")]))] == [{"pro_2"}, {"per_l"}]
    assert [*map(set, still_possible([first], {TEACHER: 1}, ()))] == [set(), {"per_l"}]
