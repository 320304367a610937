from datetime import timedelta

import pytest

from services.sessions.domain.engagement import EngagementNotActiveError, Outcome
from services.sessions.domain.mentoring_session import (
    AttendanceError,
    MentoringSessionClosedError,
    MentoringSessionNotStartedError,
    MentoringSessionStatus,
    MentoringSessionTimeError,
    Plan,
    schedule,
)
from services.sessions.tests.builders import COLLEAGUE, EXECUTIVE, JUNIOR, NOW, a_meeting, a_plan, active, formed

AFTER = NOW + timedelta(hours=26)


def test_nothing_is_scheduled_before_the_agreement_is_in_force() -> None:
    engagement, _ = formed()
    with pytest.raises(EngagementNotActiveError):
        a_meeting(engagement)


def test_nothing_is_scheduled_while_on_hold() -> None:
    with pytest.raises(EngagementNotActiveError):
        a_meeting(active().pause(NOW))


def test_people_meet_after_it_has_started() -> None:
    engagement = active()
    meeting = a_meeting(engagement)
    with pytest.raises(MentoringSessionNotStartedError):
        meeting.hold(engagement, [JUNIOR, EXECUTIVE], NOW)
    held = meeting.hold(engagement, [EXECUTIVE, JUNIOR], AFTER)
    assert held.is_held
    assert held.attended == (EXECUTIVE, JUNIOR)
    assert held.absent == ()


@pytest.mark.parametrize("people", [[], [JUNIOR], [JUNIOR, JUNIOR], [JUNIOR, COLLEAGUE]])
def test_a_meeting_takes_two_people_of_the_engagement(people: list[str]) -> None:
    engagement = active()
    with pytest.raises(AttendanceError):
        a_meeting(engagement).hold(engagement, people, AFTER)


def test_who_did_not_come_is_named() -> None:
    engagement = active()
    meeting = a_meeting(engagement)
    with pytest.raises(AttendanceError):
        meeting.miss(engagement, [], AFTER)
    with pytest.raises(MentoringSessionNotStartedError):
        meeting.miss(engagement, [EXECUTIVE], NOW)
    missed = meeting.miss(engagement, [EXECUTIVE], AFTER)
    assert missed.status is MentoringSessionStatus.NO_SHOW
    assert missed.absent == (EXECUTIVE,)


def test_it_moves_to_another_time() -> None:
    engagement = active()
    moved = a_meeting(engagement).reschedule(engagement, a_plan(48), NOW)
    assert moved.plan == a_plan(48)
    assert moved.status is MentoringSessionStatus.SCHEDULED


def test_what_is_closed_stays_as_it_is() -> None:
    engagement = active()
    for closed in (
        a_meeting(engagement).cancel(NOW),
        a_meeting(engagement).hold(engagement, [JUNIOR, EXECUTIVE], AFTER),
        a_meeting(engagement).miss(engagement, [JUNIOR], AFTER),
    ):
        with pytest.raises(MentoringSessionClosedError):
            closed.cancel(AFTER)
        with pytest.raises(MentoringSessionClosedError):
            closed.hold(engagement, [JUNIOR, EXECUTIVE], AFTER)
        with pytest.raises(MentoringSessionClosedError):
            closed.miss(engagement, [JUNIOR], AFTER)
        with pytest.raises(MentoringSessionClosedError):
            closed.reschedule(engagement, a_plan(), NOW)


def test_a_meeting_that_began_before_the_end_may_still_be_recorded() -> None:
    engagement = active()
    meeting = a_meeting(engagement)
    ended_after = engagement.end(Outcome.COMPLETED, JUNIOR, None, AFTER)
    assert meeting.hold(ended_after, [JUNIOR, EXECUTIVE], AFTER).is_held
    ended_before = engagement.end(Outcome.COMPLETED, JUNIOR, None, NOW)
    with pytest.raises(EngagementNotActiveError):
        meeting.hold(ended_before, [JUNIOR, EXECUTIVE], AFTER)


@pytest.mark.parametrize(
    "plan",
    [
        a_plan(24 * 400),
        a_plan(-24 * 31),
        a_plan(24, ends_at=NOW),
        a_plan(24, ends_at=NOW + timedelta(hours=33)),
        a_plan(24, time_zone="Mars/Olympus"),
    ],
)
def test_impossible_times_are_refused(plan: Plan) -> None:
    with pytest.raises(MentoringSessionTimeError):
        schedule(mentoring_session_id="mts_1", engagement=active(), plan=plan, by=JUNIOR, now=NOW)


def test_a_meeting_that_took_place_unplanned_is_entered_afterwards() -> None:
    engagement = active()
    assert a_meeting(engagement, starts_in_hours=-2).hold(engagement, [JUNIOR, EXECUTIVE], NOW).is_held
