from datetime import date, timedelta

import pytest

from services.sessions.domain.commitment import (
    Application,
    Commitment,
    CommitmentAnsweredError,
    CommitmentDateError,
    CommitmentStatus,
    LearnerRequiredError,
    MentoringSessionNotHeldError,
    OwnerRequiredError,
    Setting,
    commit,
)
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, a_meeting, active

LATER = NOW + timedelta(days=10)


def committed(owner_id: str = EXECUTIVE, *, held: bool = True, when_on: date = date(2026, 3, 9)) -> Commitment:
    engagement = active()
    meeting = a_meeting(engagement, starts_in_hours=-2)
    if held:
        meeting = meeting.hold(engagement, [JUNIOR, EXECUTIVE], NOW)
    return commit(
        commitment_id="com_1",
        engagement=engagement,
        mentoring_session=meeting,
        owner_id=owner_id,
        what="Automate the weekly figures",
        when_on=when_on,
        where="Monday's review",
        now=NOW,
    )


def used(on: date = date(2026, 3, 9)) -> Application:
    return Application(on, Setting.ON_THE_JOB, evidence=None)


def test_a_learner_commits_after_a_held_meeting() -> None:
    assert committed().status is CommitmentStatus.OPEN
    with pytest.raises(MentoringSessionNotHeldError):
        committed(held=False)


def test_who_only_teaches_does_not_commit() -> None:
    with pytest.raises(LearnerRequiredError):
        committed(JUNIOR)


def test_check_ins_come_after_seven_and_thirty_days() -> None:
    assert committed().check_in_on == (date(2026, 3, 9), date(2026, 4, 1))


def test_it_is_used_at_work() -> None:
    applied = committed().apply(EXECUTIVE, used(), LATER)
    assert applied.status is CommitmentStatus.APPLIED
    assert applied.application == used()
    with pytest.raises(CommitmentAnsweredError):
        applied.apply(EXECUTIVE, used(), LATER)
    with pytest.raises(CommitmentAnsweredError):
        applied.leave_unused(EXECUTIVE, "no time", LATER)


def test_what_was_not_used_may_be_used_later_after_all() -> None:
    unused = committed().leave_unused(EXECUTIVE, "no occasion yet", LATER)
    assert (unused.status, unused.why_not) == (CommitmentStatus.NOT_USED, "no occasion yet")
    applied = unused.apply(EXECUTIVE, used(), LATER)
    assert (applied.status, applied.why_not) == (CommitmentStatus.APPLIED, None)


def test_only_its_owner_says_what_came_of_it() -> None:
    with pytest.raises(OwnerRequiredError):
        committed().apply(JUNIOR, used(), LATER)
    with pytest.raises(OwnerRequiredError):
        committed().leave_unused(JUNIOR, "no time", LATER)


@pytest.mark.parametrize("used_on", [date(2026, 2, 28), date(2026, 3, 14)])
def test_the_use_lies_between_the_commitment_and_today(used_on: date) -> None:
    with pytest.raises(CommitmentDateError):
        committed().apply(EXECUTIVE, used(used_on), LATER)


def test_a_commitment_does_not_lie_before_its_meeting() -> None:
    with pytest.raises(CommitmentDateError):
        committed(when_on=date(2026, 2, 28))
