"""What a request proposes, and what it is told cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from services.matching.domain.asking import asked_with, tracks_with
from services.matching.domain.engine.points import Conditions
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.people import Person, Strength
from services.matching.domain.policy import HardRules, LevelBand, Terms
from services.matching.domain.proposal import Decision, Proposal, ProposalStatus, Source, Track, participants_of
from services.matching.domain.request import (
    MOST_OPEN,
    Aim,
    Asked,
    NotFeasibleError,
    NotParticipatingError,
    Request,
    RequestClosedError,
    RequestStatus,
    TooManyRequestsOpenError,
    end,
    make_request,
)
from services.matching.tests.builders import a_growth_area, a_learner, a_person, a_teacher
from services.matching.tests.unit.test_program import an_open_program

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEACHER = frozenset({Role.TEACHER})
BOTH = frozenset(Role)


def an_asked(*choices: str, aim: Aim = Aim.LEARN, competency_id: str | None = None, days: int = 7) -> Asked:
    return Asked(aim, choices or ("per_t",), competency_id, None, discreet=False, answer_within_days=days)


def a_request(asked: Asked | None = None, *, roles: frozenset[Role] = BOTH, already: int = 0) -> Request:
    return make_request("req_1", an_open_program(), "per_l", roles, asked or an_asked(), already, NOW)


def tracks(
    request: Request,
    teacher: Person,
    learner: Person,
    *,
    kind: Kind = Kind.MENTORING,
    conditions: Conditions | None = None,
    roles: Mapping[str, frozenset[Role]] | None = None,
) -> tuple[Track, ...]:
    numbers = count(1)
    people = {person.id: person for person in (teacher, learner)}
    parts = {"per_t": BOTH} if roles is None else roles
    return tracks_with(
        request, 0, people, parts, kind, conditions or Conditions(), lambda prefix: f"{prefix}_{next(numbers)}"
    )


def refusal(*arguments: object, **more: object) -> str:
    with pytest.raises(NotFeasibleError) as refused:
        tracks(*arguments, **more)  # type: ignore[arg-type]  # what each test states goes through
    (fault,) = refused.value.errors
    assert fault.pointer == "/body/choices/0"
    return fault.code


def test_a_request_lasts_as_long_as_all_its_clocks() -> None:
    request = a_request(an_asked("per_t", "per_u", "per_v", days=2))
    assert request.expires_at == NOW + timedelta(days=6)
    assert request.clock(NOW + timedelta(days=1)) == NOW + timedelta(days=3)
    assert request.clock(NOW + timedelta(days=5)) == request.expires_at


def test_the_choices_come_in_their_order_and_the_version_does_not_tell() -> None:
    request = a_request(an_asked("per_t", "per_u"))
    assert request.next_choice() == "per_t"
    second = request.past_choice()
    assert (second.next_choice(), second.version) == ("per_u", 1)
    assert second.past_choice().next_choice() is None


def test_who_asks_takes_part_in_the_role_that_it_needs() -> None:
    with pytest.raises(NotParticipatingError):
        a_request(roles=TEACHER)
    assert a_request(an_asked(aim=Aim.TEACH), roles=TEACHER).roles == TEACHER


def test_so_many_are_open_at_a_time() -> None:
    a_request(already=MOST_OPEN - 1)
    with pytest.raises(TooManyRequestsOpenError):
        a_request(already=MOST_OPEN)


def test_the_people_of_a_request_are_others_each_once() -> None:
    with pytest.raises(NotFeasibleError) as refused:
        a_request(an_asked("per_t", "per_l", "per_t"))
    assert [fault.code for fault in refused.value.errors] == ["oneself", "double"]


def test_a_request_ends_once() -> None:
    ended = end(a_request(), RequestStatus.ACCEPTED, NOW)
    assert ended.version == 2
    with pytest.raises(RequestClosedError):
        end(ended, RequestStatus.WITHDRAWN, NOW)


def test_it_is_about_what_brings_the_learner_furthest() -> None:
    teacher = a_person("per_t", strengths=(Strength("cmp_1", 1), Strength("cmp_2", 5)))
    learner = a_person("per_l", growth_areas=(a_growth_area("cmp_1"), a_growth_area("cmp_2")))
    (track,) = tracks(a_request(), teacher, learner)
    assert (track.teacher_id, track.learner_id, track.competency_id) == ("per_t", "per_l", "cmp_2")
    (named,) = tracks(a_request(an_asked(competency_id="cmp_1")), teacher, learner)
    assert named.competency_id == "cmp_1"


def test_what_somebody_keeps_private_is_proposed_if_they_name_it_themselves() -> None:
    secret = a_learner("per_l", growth_areas=(a_growth_area("cmp_1", private=True),))
    assert refusal(a_request(), a_teacher(), secret) == "nothing-in-common"
    (track,) = tracks(a_request(an_asked(competency_id="cmp_1")), a_teacher(), secret)
    assert track.discreet


def test_who_offers_to_teach_learns_nothing_of_what_others_keep_private() -> None:
    request = make_request(
        "req_1", an_open_program(), "per_t", TEACHER, an_asked("per_l", aim=Aim.TEACH, competency_id="cmp_1"), 0, NOW
    )
    roles = {"per_l": BOTH}
    answers = [
        tracks(request, a_teacher(), learner, roles=roles)
        for learner in (a_person("per_l"), a_learner("per_l", growth_areas=(a_growth_area("cmp_1", private=True),)))
    ]
    assert answers[0] == answers[1]


def test_what_stands_in_the_way_is_named() -> None:
    teacher, learner = a_teacher(), a_learner()
    request = a_request()
    assert refusal(request, a_teacher("per_x"), learner) == "unknown-person"
    assert refusal(request, teacher, learner, roles={}) == "unknown-person"
    assert refusal(request, teacher, learner, roles={"per_t": frozenset({Role.LEARNER})}) == "not-a-teacher"
    assert refusal(request, replace(teacher, manager_id="per_l"), learner) == "manager-line"
    assert refusal(request, replace(teacher, team="A"), replace(learner, team="A")) == "same-team"
    assert refusal(request, replace(teacher, languages=frozenset({"de"})), learner) == "no-shared-language"
    band = Conditions(terms=Terms(rules=HardRules(level_band=LevelBand(least=1))))
    assert refusal(request, teacher, learner, conditions=band) == "level-band"
    far = Conditions(terms=Terms(rules=HardRules(max_time_zone_gap_hours=1)))
    assert refusal(request, replace(teacher, utc_offset=180), learner, conditions=far) == "time-zone-gap"
    assert refusal(a_request(an_asked(competency_id="cmp_9")), teacher, learner) == "competency-not-offered"
    elsewhere = Conditions(topics=frozenset({"cmp_9"}))
    named = a_request(an_asked(competency_id="cmp_1"))
    assert refusal(named, teacher, learner, conditions=elsewhere) == "competency-not-offered"
    unwilling = a_person("per_t", strengths=(Strength("cmp_1", 5, willing=False),))
    assert refusal(named, unwilling, learner) == "competency-not-offered"


def test_what_is_close_to_a_strength_can_be_asked_for_as_far_as_it_is_openly_wanted() -> None:
    close = Conditions(similar={("cmp_1", "cmp_2"): 60})
    teacher = a_person("per_t", strengths=(Strength("cmp_2", 5),))
    named = a_request(an_asked(competency_id="cmp_1"))
    for request in (a_request(), named):
        (track,) = tracks(request, teacher, a_learner(), conditions=close)
        assert (track.competency_id, track.discreet) == ("cmp_1", False)
    assert refusal(named, teacher, a_learner()) == "competency-not-offered"
    assert refusal(named, teacher, a_person("per_l"), conditions=close) == "competency-not-offered"
    unwilling = a_person("per_t", strengths=(Strength("cmp_2", 5, willing=False),))
    assert refusal(named, unwilling, a_learner(), conditions=close) == "competency-not-offered"

    secret = a_learner("per_l", growth_areas=(a_growth_area("cmp_1", private=True),))
    (track,) = tracks(named, teacher, secret, conditions=close)
    assert track.discreet
    offer = make_request(
        "req_1", an_open_program(), "per_t", TEACHER, an_asked("per_l", aim=Aim.TEACH, competency_id="cmp_1"), 0, NOW
    )
    assert tracks(offer, teacher, a_learner(), roles={"per_l": BOTH}, conditions=close)
    assert refusal(offer, teacher, secret, roles={"per_l": BOTH}, conditions=close) == "competency-not-offered"


def test_a_reciprocal_request_needs_something_back() -> None:
    request = replace(a_request(), roles=BOTH)
    one_way = (request, a_teacher(), a_learner())
    assert refusal(*one_way, kind=Kind.RECIPROCAL) == "nothing-in-common"
    teacher = replace(a_teacher(), growth_areas=(a_growth_area("cmp_2"),))
    learner = replace(a_learner(), strengths=(Strength("cmp_2", 4),))
    there, back = tracks(request, teacher, learner, kind=Kind.RECIPROCAL)
    assert (there.competency_id, back.competency_id) == ("cmp_1", "cmp_2")
    assert (back.teacher_id, back.learner_id) == ("per_l", "per_t")


def test_whoever_asks_has_said_yes() -> None:
    track = Track("trk_1", "per_t", "per_l", "cmp_1", "Python")
    drafted = Proposal(
        id="pro_1",
        program_id="prg_1",
        match_run_id=None,
        kind=Kind.MENTORING,
        source=Source.SELF,
        status=ProposalStatus.OFFERED,
        score=7000,
        participants=participants_of((track,)),
        tracks=(track,),
        expires_at=None,
        was_offered=True,
        version=1,
    )
    asked = asked_with(a_request(), drafted)
    assert (asked.status, asked.request_id) == (ProposalStatus.PARTLY_ACCEPTED, "req_1")
    assert {one.person_id: one.decision for one in asked.participants} == {
        "per_l": Decision.ACCEPTED,
        "per_t": Decision.PENDING,
    }
