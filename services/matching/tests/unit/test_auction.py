import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.auction import Assignment, Known, auction, open_market, trade, trade_anew
from services.matching.domain.engine.roster import NOBODY
from services.matching.tests.unit.assignments import best
from services.matching.tests.unit.organizations import steadily

Scores = dict[tuple[int, int], int]
PEOPLE = 5

edges = st.dictionaries(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
    st.integers(1, 40) | st.sampled_from([7, 10_000]),
    max_size=18,
)
all_places = st.lists(st.integers(0, 3), min_size=PEOPLE, max_size=PEOPLE).map(tuple)


def columns(scores: Scores) -> Known:
    """The pairs (teacher, learner), by learner."""
    rows = sorted((learner, teacher, score) for (teacher, learner), score in scores.items())
    start = np.searchsorted([row[0] for row in rows], np.arange(PEOPLE + 1)).astype(np.int64)
    nothing = np.zeros(PEOPLE, dtype=np.int64)
    return Known(
        start[:-1],
        start[1:],
        np.array([row[1] for row in rows], dtype=np.int32),
        np.array([row[2] for row in rows], dtype=np.int32),
        nothing,
        nothing.copy(),
    )


def solved(scores: Scores, places: tuple[int, ...], eps: int = 1, bonus: tuple[int, ...] = ()) -> Assignment:
    known = columns(scores)
    start = np.append(known.begin, known.end[-1])
    extra = np.array(bonus, dtype=np.int64) if bonus else None
    return auction(start, known.column, known.weight, np.array(places, dtype=np.int32), eps=eps, bonus=extra)


def total(scores: Scores, assignment: Assignment) -> int:
    match = enumerate(assignment.match.tolist())
    return sum(scores[teacher, learner] for learner, teacher in match if teacher != NOBODY)


def most(scores: Scores, places: tuple[int, ...]) -> int:
    return best(scores, places, lambda _, score: (score,))[0]


@given(edges, all_places, st.integers(1, 9))
@steadily
def test_the_total_is_within_eps_a_learner_of_the_best(scores: Scores, places: tuple[int, ...], eps: int) -> None:
    assert total(scores, solved(scores, places, eps)) >= most(scores, places) - PEOPLE * eps


@given(edges, all_places)
@steadily
def test_scaled_weights_give_the_best_exactly(scores: Scores, places: tuple[int, ...]) -> None:
    scaled = {pair: score * (PEOPLE + 1) for pair, score in scores.items()}
    assert total(scores, solved(scaled, places)) == most(scores, places)


@given(edges, all_places)
@steadily
def test_nobody_has_more_learners_than_places(scores: Scores, places: tuple[int, ...]) -> None:
    match = solved(scores, places).match
    assert (np.bincount(match[match != NOBODY], minlength=PEOPLE) <= places).all()


@given(edges, all_places, st.integers(1, 9))
@steadily
def test_prices_prove_that_nothing_beats_their_bound(scores: Scores, places: tuple[int, ...], eps: int) -> None:
    assignment = solved(scores, places, eps)
    best_choice = [0] * PEOPLE
    for (teacher, learner), score in scores.items():
        if places[teacher]:
            best_choice[learner] = max(best_choice[learner], score - int(assignment.prices[teacher]))
    bound = int((assignment.prices * places).sum()) + sum(best_choice)
    assert most(scores, places) <= bound <= total(scores, assignment) + PEOPLE * eps


@given(edges, all_places)
@steadily
def test_a_place_that_is_free_costs_nothing(scores: Scores, places: tuple[int, ...]) -> None:
    assignment = solved(scores, places)
    taken = np.bincount(assignment.match[assignment.match != NOBODY], minlength=PEOPLE)
    assert not assignment.prices[taken < places].any()
    assert not assignment.prices[np.array(places) == 0].any()


@given(edges, all_places, st.integers(0, PEOPLE))
@steadily
def test_latecomers_bid_as_if_all_had_come_at_once(scores: Scores, places: tuple[int, ...], early: int) -> None:
    market = open_market(PEOPLE, np.array(places, dtype=np.int32))
    everybody = np.arange(PEOPLE, dtype=np.int32)
    for some in (everybody[:early], everybody[early:]):
        trade(market, columns(scores), some, eps=1)
    assert int(market.weight.sum()) >= most(scores, places) - PEOPLE
    assert int(market.weight.sum()) == total(scores, Assignment(market.match, market.prices, 0))


def test_a_bonus_decides_who_is_served() -> None:
    scores = {(0, 1): 9_000, (0, 2): 2_000, (0, 3): 8_000}
    places = (1, 0, 0, 0, 0)
    assert solved(scores, places).match.tolist() == [NOBODY, 0, NOBODY, NOBODY, NOBODY]
    assert solved(scores, places, bonus=(0, 0, 10_000, 0, 0)).match.tolist() == [NOBODY, NOBODY, 0, NOBODY, NOBODY]


def test_who_could_want_somebody_unknown_more_asks_instead_of_bidding() -> None:
    known = columns({(0, 1): 50, (0, 2): 60})
    market = open_market(PEOPLE, np.array([1, 0, 0, 0, 0], dtype=np.int32))
    known.hidden[1] = 70
    known.hidden[2] = 55
    bids, asking = trade(market, known, np.array([1, 2], dtype=np.int32), eps=1)
    assert (bids, asking.tolist(), market.match[2]) == (1, [1], 0)
    assert market.prices[0] == 6, "a bid goes no further than whoever is unknown is worth"


def test_nobody_wants_anybody() -> None:
    assert solved({}, (1, 1, 1, 1, 1)).match.tolist() == [NOBODY] * PEOPLE
    assert len(auction(np.zeros(1, dtype=np.int64), *(np.empty(0, dtype=np.int32),) * 3).match) == 0


def test_a_place_that_is_left_free_when_steps_grow_smaller_costs_nothing() -> None:
    learners, teachers, listed = 300, 200, 6
    chance, nothing = np.random.default_rng(1), np.zeros(learners, dtype=np.int64)
    column = np.concatenate([chance.choice(teachers, listed, replace=False) for _ in range(learners)])
    weight = chance.choice([3_000, 3_100, 5_000, 8_000], learners * listed)
    begin = np.arange(learners) * listed
    known = Known(begin, begin + listed, column.astype(np.int32), weight.astype(np.int32), nothing, nothing.copy())
    places = np.full(teachers, 2, dtype=np.int32)
    market, _ = trade_anew(known, np.arange(learners, dtype=np.int32), places, eps=1)
    taken = np.bincount(market.match[market.match != NOBODY], minlength=teachers)
    assert (taken == market.taken).all()
    assert not market.prices[taken < places].any()
