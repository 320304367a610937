import pytest

from services.sessions.domain.engagement import Engagement, EngagementNotActiveError, Outcome
from services.sessions.domain.note import Visibility
from services.sessions.domain.reflection import Scores, give_feedback, learning_role, log_learning
from services.sessions.domain.tracks import Role
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, a_reciprocal_pair, active, formed


def test_both_sides_learn_each_in_their_role() -> None:
    assert learning_role(active(), EXECUTIVE, "cmp_python") is Role.LEARNER
    assert learning_role(active(), JUNIOR, "cmp_python") is Role.TEACHER
    assert learning_role(active(), JUNIOR, None) is Role.TEACHER
    assert learning_role(active(), EXECUTIVE, "cmp_elsewhere") is Role.LEARNER


def test_in_a_reciprocal_pair_the_competency_tells_the_role() -> None:
    pair = a_reciprocal_pair()
    assert learning_role(pair, JUNIOR, "cmp_python") is Role.TEACHER
    assert learning_role(pair, JUNIOR, "cmp_strategy") is Role.LEARNER
    assert learning_role(pair, JUNIOR, None) is Role.LEARNER


def look_back(engagement: Engagement) -> None:
    scores = Scores(usefulness=5, could_disagree=4, psychosocial=3, instrumental=4)
    give_feedback(feedback_id="fbk_1", engagement=engagement, author_id=JUNIOR, scores=scores, now=NOW)
    log_learning(
        learning_id="lrn_1",
        engagement=engagement,
        author_id=JUNIOR,
        text="How a budget is made",
        competency_id=None,
        visibility=Visibility.SHARED,
        now=NOW,
    )


def test_there_is_nothing_to_look_back_on_before_it_began() -> None:
    engagement, _ = formed()
    with pytest.raises(EngagementNotActiveError):
        look_back(engagement)


def test_people_look_back_also_after_the_end() -> None:
    look_back(active().end(Outcome.COMPLETED, JUNIOR, None, NOW))
