from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.reciprocal_cut import cut
from services.matching.domain.engine.reciprocal_exact import best_pairing
from services.matching.domain.engine.reciprocal_polish import polish
from services.matching.domain.engine.roster import NOBODY, Longs
from services.matching.tests.unit.organizations import steadily


@st.composite
def graphs(draw: st.DrawFn, most: int = 11) -> Longs:
    """A symmetric matrix of weights, with few or many edges, alike or not."""
    people = draw(st.integers(0, most))
    highest = draw(st.sampled_from([1, 3, 10_000]))
    weights = st.one_of(st.just(0), st.integers(1, highest)) if draw(st.booleans()) else st.integers(1, highest)
    matrix = np.zeros((people, people), dtype=np.int64)
    for one in range(people):
        for other in range(one):
            matrix[one, other] = matrix[other, one] = draw(weights)
    return matrix


def best_by_trying(weight: Longs) -> int:
    @cache
    def best(left: int) -> int:
        if not left:
            return 0
        one = left.bit_length() - 1
        rest = left & ~(1 << one)
        others = [other for other in range(one) if rest >> other & 1 and weight[one, other]]
        return max([best(rest), *(int(weight[one, other]) + best(rest & ~(1 << other)) for other in others)])

    return best((1 << len(weight)) - 1)


def total(weight: Longs, mate: Longs) -> int:
    """What pairs add up to; everybody is their mate's mate, and every pair is an edge."""
    paired = np.flatnonzero(mate != NOBODY)
    assert (mate[mate[paired]] == paired).all()
    assert (weight[paired, mate[paired]] > 0).all()
    return int(weight[paired, mate[paired]].sum()) // 2


@given(graphs())
@steadily
def test_a_pairing_is_the_best_of_all(weight: Longs) -> None:
    assert total(weight, best_pairing(weight)) == best_by_trying(weight)


def test_odd_cycles_within_odd_cycles_are_opened_again() -> None:
    chance = np.random.default_rng(3)
    for _ in range(300):
        people = int(chance.integers(8, 15))
        upper = np.triu(np.where(chance.random((people, people)) < 0.4, chance.integers(1, 5, (people, people)), 0), 1)
        weight = (upper + upper.T).astype(np.int64)
        assert total(weight, best_pairing(weight)) == best_by_trying(weight)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=9), st.booleans())
@steadily
def test_a_walk_or_a_ring_is_cut_where_it_loses_least(worth: list[int], ring: bool) -> None:
    people = len(worth) + (0 if ring else 1)
    following = np.arange(1, people + 1, dtype=np.int64)
    following[-1] = 0 if ring else NOBODY
    mate = np.full(people, NOBODY, dtype=np.int64)
    cut(following, np.array([*worth, 0][:people], dtype=np.int64), mate)
    weight = np.zeros((people, people), dtype=np.int64)
    for one, value in enumerate(worth):
        other = (one + 1) % people
        weight[one, other] = weight[other, one] = max(value, weight[one, other])
    assert total(weight, mate) == best_by_trying(weight)


@given(graphs(most=9))
@steadily
def test_people_who_lose_are_paired_anew_with_those_around_them(weight: Longs) -> None:
    one, other = np.nonzero(weight)
    start = np.searchsorted(one, np.arange(len(weight) + 1)).astype(np.int64)
    mate = np.full(len(weight), NOBODY, dtype=np.int64)
    duals = np.full(len(weight), 2 * int(weight.max(initial=0)) + 10, dtype=np.int64)
    polish(start, other.astype(np.int64), weight[one, other], duals, mate)
    assert total(weight, mate) == best_by_trying(weight)
