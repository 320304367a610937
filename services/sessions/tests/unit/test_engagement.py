from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import ExpectedError
from services.sessions.domain.engagement import (
    FORMING_DAYS,
    AgreementMissingError,
    EngagementEndedError,
    EngagementNotActiveError,
    EngagementNotOnHoldError,
    Outcome,
    Participant,
    Status,
)
from services.sessions.tests.builders import (
    COLLEAGUE,
    EXECUTIVE,
    JUNIOR,
    LEARNER,
    NOW,
    TEACHER,
    a_proposal,
    active,
    formed,
    signed_by,
)


@given(st.integers(2, 6), st.data())
def test_it_becomes_active_only_with_everybodys_signature(size: int, data: st.DataObject) -> None:
    people = [f"per_{number}" for number in range(size)]
    roles = [TEACHER, *([LEARNER] * (size - 1))]
    group = [Participant(person, role, None) for person, role in zip(people, roles, strict=True)]
    engagement, agreement = formed(a_proposal(participants=group, tracks=()))
    signers = data.draw(st.sets(st.sampled_from(people)))
    agreement = signed_by(agreement, *sorted(signers))
    if signers == set(people):
        assert engagement.activate(agreement, NOW).status is Status.ACTIVE
    else:
        with pytest.raises(AgreementMissingError):
            engagement.activate(agreement, NOW)


def test_another_engagements_agreement_does_not_activate_it() -> None:
    engagement, agreement = formed()
    other = replace(engagement, id="eng_other")
    with pytest.raises(AgreementMissingError):
        other.activate(signed_by(agreement, JUNIOR, EXECUTIVE), NOW)


def test_an_agreement_without_a_later_participant_does_not_activate_it() -> None:
    _, agreement = formed()
    larger, _ = formed(
        a_proposal(
            participants=[
                Participant(JUNIOR, TEACHER, 5),
                Participant(EXECUTIVE, LEARNER, 1),
                Participant(COLLEAGUE, LEARNER, 2),
            ]
        )
    )
    with pytest.raises(AgreementMissingError):
        larger.activate(signed_by(agreement, JUNIOR, EXECUTIVE), NOW)


def test_a_later_agreement_leaves_a_pause_as_it_is() -> None:
    _, agreement = formed()
    paused = active().pause(NOW)
    assert paused.activate(signed_by(agreement, JUNIOR, EXECUTIVE), NOW).status is Status.ON_HOLD


def test_it_pauses_and_resumes() -> None:
    paused = active().pause(NOW)
    assert paused.status is Status.ON_HOLD
    assert paused.resume(NOW).status is Status.ACTIVE
    with pytest.raises(EngagementNotActiveError):
        paused.pause(NOW)
    with pytest.raises(EngagementNotOnHoldError):
        active().resume(NOW)


def test_what_never_began_cannot_be_completed_but_can_be_ended() -> None:
    engagement, _ = formed()
    with pytest.raises(EngagementNotActiveError):
        engagement.end(Outcome.COMPLETED, JUNIOR, None, NOW)
    ended = engagement.end(Outcome.ENDED_EARLY, JUNIOR, "no time", NOW)
    assert (ended.status, ended.ended_by, ended.end_reason) == (Status.ENDED_EARLY, JUNIOR, "no time")


def test_absence_ends_it_without_a_word_on_who_or_why() -> None:
    ended = active().end_for_absence(NOW)
    assert (ended.status, ended.ended_by, ended.end_reason) == (Status.ENDED_EARLY, None, None)


def test_it_lapses_after_waiting_for_signatures_and_not_before() -> None:
    engagement, _ = formed()
    with pytest.raises(EngagementNotActiveError):
        engagement.lapse(NOW + timedelta(days=FORMING_DAYS, seconds=-1))
    assert engagement.lapse(NOW + timedelta(days=FORMING_DAYS)).status is Status.LAPSED
    with pytest.raises(EngagementNotActiveError):
        active().lapse(NOW + timedelta(days=FORMING_DAYS))


@given(st.lists(st.sampled_from(["activate", "pause", "resume", "complete", "leave", "absence", "lapse"]), max_size=12))
def test_no_path_skips_the_agreement_or_comes_back_from_the_end(steps: list[str]) -> None:
    engagement, agreement = formed()
    agreement = signed_by(agreement, JUNIOR, EXECUTIVE)
    late = NOW + timedelta(days=FORMING_DAYS)
    for step in steps:
        before = engagement
        try:
            engagement = {
                "activate": lambda e=before: e.activate(agreement, NOW),
                "pause": lambda e=before: e.pause(NOW),
                "resume": lambda e=before: e.resume(NOW),
                "complete": lambda e=before: e.end(Outcome.COMPLETED, JUNIOR, None, NOW),
                "leave": lambda e=before: e.end(Outcome.ENDED_EARLY, JUNIOR, None, NOW),
                "absence": lambda e=before: e.end_for_absence(NOW),
                "lapse": lambda e=before: e.lapse(late),
            }[step]()
        except ExpectedError:
            assert engagement is before
            continue
        assert not before.has_ended
        assert engagement.version == before.version + (engagement != before)
        if engagement.status in {Status.ACTIVE, Status.ON_HOLD, Status.COMPLETED}:
            assert engagement.activated_at is not None
        assert engagement.has_ended == (engagement.ended_at is not None)


def test_nothing_happens_after_the_end() -> None:
    ended = active().end(Outcome.COMPLETED, JUNIOR, None, NOW)
    _, agreement = formed()
    with pytest.raises(EngagementEndedError):
        ended.end(Outcome.ENDED_EARLY, JUNIOR, None, NOW)
    with pytest.raises(EngagementEndedError):
        ended.activate(signed_by(agreement, JUNIOR, EXECUTIVE), NOW)
    with pytest.raises(EngagementEndedError):
        ended.end_for_absence(NOW)
