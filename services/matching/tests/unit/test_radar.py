from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.radar import Counted, TopicFigures, Trend, topics
from services.matching.domain.similarity import BROADER_SHARE, RELATED_SHARE, similar

counts = st.integers(0, 30)


def figures(name: str = "a", **numbers: int) -> TopicFigures:
    return TopicFigures(
        competency_id=f"cmp_{name}",
        label=name,
        demand=Counted(numbers.get("demand", 0)),
        teachers=Counted(numbers.get("teachers", 0)),
        places=numbers.get("places", 0),
        implied=Counted(numbers.get("implied", 0)),
        newly_wanted=numbers.get("lately", 0),
        newly_wanted_before=numbers.get("before", 0),
        price=None,
    )


@given(counts, counts, counts, st.integers(2, 10))
def test_neither_a_number_nor_its_difference_to_a_wider_one_is_about_few(
    here: int, more: int, further: int, least: int
) -> None:
    shown = Counted(here, (here + more, here + more + further)).shown(least)
    if shown is not None:
        assert shown >= least
        assert not 0 < more < least
        assert not 0 < more + further < least
    elif here >= least:
        assert 0 < more < least or 0 < more + further < least


def test_scarcity_is_demand_over_places() -> None:
    (topic,) = topics([figures(demand=30, teachers=5, places=12)], 5)
    assert (topic.demand, topic.teachers, topic.places, topic.scarcity_per_cent) == (30, 5, 12, 250)


def test_places_of_few_teachers_are_not_told() -> None:
    (topic,) = topics([figures(demand=30, teachers=4, places=12)], 5)
    assert (topic.teachers, topic.places, topic.scarcity_per_cent) == (None, None, None)


def test_what_nothing_may_be_told_of_is_left_out() -> None:
    assert topics([figures(demand=4, teachers=4, implied=4)], 5) == []


def test_one_topic_that_takes_up_demand_is_dominant() -> None:
    most, other = topics([figures("rare", demand=10), figures("loud", demand=40)], 5)
    assert (most.label, most.demand_share_per_cent, most.dominant) == ("loud", 80, True)
    assert not other.dominant


def test_trends_follow_what_was_newly_wanted() -> None:
    trends = [
        topics([figures(demand=30, lately=lately, before=before)], 5)[0].trend
        for lately, before in ((9, 2), (10, 10), (2, 9), (4, 4))
    ]
    assert trends == [Trend.EMERGING, Trend.STEADY, Trend.FADING, None]


def test_close_competencies_count_in_both_directions_and_never_whole() -> None:
    relations = [("python", "programming", "broader"), ("python", "ruby", "related"), ("ruby", "python", "related")]
    assert list(similar(relations)) == [
        ("programming", "python", BROADER_SHARE),
        ("python", "programming", BROADER_SHARE),
        ("python", "ruby", RELATED_SHARE),
        ("ruby", "python", RELATED_SHARE),
    ]
    assert max(BROADER_SHARE, RELATED_SHARE) < 100
