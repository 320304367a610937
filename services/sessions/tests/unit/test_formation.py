from services.sessions.domain.agreement import AgreementStatus
from services.sessions.domain.engagement import Participant, Status
from services.sessions.domain.formation import AcceptedTrack
from services.sessions.domain.tracks import Direction, Role
from services.sessions.tests.builders import COLLEAGUE, EXECUTIVE, JUNIOR, LEARNER, TEACHER, a_proposal, formed


def test_an_accepted_proposal_forms_and_waits_for_signatures() -> None:
    engagement, agreement = formed()
    assert engagement.status is Status.FORMING
    assert agreement.status is AgreementStatus.PROPOSED
    assert agreement.number == 1
    assert agreement.proposed_by is None
    assert set(agreement.participants) == {JUNIOR, EXECUTIVE} == engagement.person_ids
    assert agreement.signatures == ()


def test_the_direction_of_each_track_is_derived_from_its_two_people() -> None:
    engagement, _ = formed(
        a_proposal(
            participants=[
                Participant(EXECUTIVE, (Role.TEACHER, Role.LEARNER), 1),
                Participant(JUNIOR, TEACHER, 5),
                Participant(COLLEAGUE, LEARNER, None),
            ],
            tracks=[
                AcceptedTrack(JUNIOR, EXECUTIVE, "cmp_1", "Python", discreet=False),
                AcceptedTrack(EXECUTIVE, JUNIOR, "cmp_2", "Strategy", discreet=True),
                AcceptedTrack(JUNIOR, COLLEAGUE, "cmp_1", "Python", discreet=False),
            ],
        )
    )
    directions = [track.direction for track in engagement.tracks]
    assert directions == [Direction.UPWARD, Direction.DOWNWARD, Direction.UNKNOWN]
    assert [track.discreet for track in engagement.tracks] == [False, True, False]
