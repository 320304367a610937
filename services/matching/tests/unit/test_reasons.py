import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.policy import Weights
from services.matching.domain.reasons import (
    NO_FACTS,
    Measured,
    Reason,
    ReasonCode,
    reasons_of,
    restored,
    score_of,
    stored,
)
from services.matching.tests.unit.organizations import steadily, weights

points = st.integers(0, 6_500)
tracks = st.builds(
    Measured,
    areas=st.lists(st.tuples(points, st.just(NO_FACTS)), min_size=1, max_size=3),
    choices=st.lists(st.tuples(st.sampled_from(["per_1", "per_2"]), points), max_size=2),
    minutes=st.integers(0, 40).map(lambda quarters: quarters * 15),
    gap=st.integers(0, 720),
    shared_languages=st.integers(0, 3),
    other_department=st.sampled_from([0, 999]),
)


@given(st.lists(tracks, min_size=1, max_size=5), weights)
@steadily
def test_the_pieces_of_a_part_add_up_to_its_mean(measured: list[Measured], weights: Weights) -> None:
    reasons = reasons_of(measured, weights)
    for code, total in (
        (ReasonCode.FIT, sum(number for track in measured for number, _ in track.areas)),
        (ReasonCode.CHOICE, sum(number for track in measured for _, number in track.choices)),
        (ReasonCode.OTHER_DEPARTMENT, sum(track.other_department for track in measured)),
    ):
        assert score_of(reason for reason in reasons if reason.code == code) == total // len(measured)


@given(st.lists(tracks, min_size=1, max_size=5))
@steadily
def test_they_are_the_same_after_being_kept(measured: list[Measured]) -> None:
    reasons = reasons_of(measured, Weights())
    kept = orjson.loads(orjson.dumps(stored(reasons)))
    assert stored(restored(kept)) == kept
    assert score_of(restored(kept)) == score_of(reasons)


def test_what_is_the_same_for_all_tracks_is_kept_once() -> None:
    near, far = (Measured([(100, NO_FACTS)], [], 60, gap, 1, 0) for gap in (0, 60))
    assert Reason(ReasonCode.TIME_ZONE, 766, {"gaps": (0, 60)}) in reasons_of([near, far], Weights())
    assert Reason(ReasonCode.AVAILABILITY, 250, {"minutes": (60,), "of": 1_000}) in reasons_of([near, far], Weights())


def test_what_has_no_weight_is_no_reason() -> None:
    alone = Measured([(10_000, NO_FACTS)], [], 60, 0, 1, 0)
    fit_alone = Weights(fit=10_000, choice=0, availability=0, time_zone=0, language=0)
    assert reasons_of([alone], fit_alone) == (Reason(ReasonCode.FIT, 10_000, NO_FACTS),)
