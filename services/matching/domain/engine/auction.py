"""Assignment by auction: learners bid for places, and the highest bids stand.

After D. P. Bertsekas and D. A. Castanon, "The auction algorithm for the transportation problem" (1989), with the places
of a teacher as similar objects.

A teacher's price is the lowest bid that stands once all places are taken, else 0. A learner bids for the teacher who
is worth most at the prices, as much as leaves them no worse off than with their second choice, plus `eps`. Nobody is
put with a teacher who is worth less to them than nobody. At the end every learner has what is best at the prices but
for `eps`, so the total is within `eps` a learner of the best possible, and the prices prove it. One bids at a time
(Gauss-Seidel), in a fixed order, in integers: the same input gives the same answer on any machine.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

CLOSED = 2**60
"""The price of who has no places at all."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The teacher of each learner (or `NOBODY`), what a place with each teacher costs, and how many bids it took."""

    match: Ints
    prices: Longs
    bids: int


@dataclass(frozen=True, slots=True)
class Market:
    """Standing bids, which change as learners bid: L learners, T teachers, P places.

    Teacher t has the places `first[t]` to `first[t + 1]`, of which `taken[t]` are a min-heap of bids with their
    bidders.
    """

    match: Ints
    prices: Longs
    first: Longs
    taken: Ints
    bid: Longs
    bidder: Ints


def open_market(learners: int, places: Ints) -> Market:
    """A market in which nobody has bid yet: every price is 0, or `CLOSED` without places."""
    first = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(places, out=first[1:])
    return Market(
        match=np.full(learners, NOBODY, dtype=np.int32),
        prices=np.where(places > 0, 0, CLOSED),
        first=first,
        taken=np.zeros(len(places), dtype=np.int32),
        bid=np.empty(first[-1], dtype=np.int64),
        bidder=np.empty(first[-1], dtype=np.int32),
    )


def trade(
    market: Market,
    start: Longs,
    column: Ints,
    weight: Ints | Longs,
    bidders: Ints,
    *,
    eps: int,
    bonus: Longs | None = None,
) -> int:
    """Let the bidders, and whomever they outbid, bid until nobody wants to; the number of bids.

    Pairs of learner l are the rows `start[l]` to `start[l + 1]` of `column` (the teacher) and `weight`. The first of
    `bidders` bids first. Who stands already keeps what they have until they are outbid.
    """
    stack = np.empty(len(market.match), dtype=np.int32)
    stack[: len(bidders)] = bidders[::-1]
    extra = np.zeros(len(market.match), dtype=np.int64) if bonus is None else bonus
    places = (market.first, market.taken, market.bid, market.bidder)
    return int(_trade(start, column, weight, extra, eps, market.match, market.prices, places, stack, len(bidders)))


def auction(
    start: Longs,
    column: Ints,
    weight: Ints | Longs,
    places: Ints,
    *,
    eps: int = 1,
    bonus: Longs | None = None,
    order: Ints | None = None,
) -> Assignment:
    """The assignment within `eps` a learner of the highest total, each learner once, each teacher `places` times.

    `bonus` is added to all weights of a learner; `order` is the order in which they first bid, if not by row.
    """
    market = open_market(len(start) - 1, places)
    everybody = np.arange(len(start) - 1, dtype=np.int32) if order is None else order
    bids = trade(market, start, column, weight, everybody, eps=eps, bonus=bonus)
    return Assignment(market.match, np.where(places > 0, market.prices, 0), bids)


_Places = tuple[Longs, Ints, Longs, Ints]


@kernel
def _trade(
    start: Longs,
    column: Ints,
    weight: Ints | Longs,
    bonus: Longs,
    eps: int,
    match: Ints,
    prices: Longs,
    places: _Places,
    stack: Ints,
    waiting: int,
) -> int:
    first, taken, bid, bidder = places
    bids = 0
    while waiting > 0:
        waiting -= 1
        learner = stack[waiting]
        best, worth, second = NOBODY, 0, 0
        extra = bonus[learner]
        for row in range(start[learner], start[learner + 1]):
            value = np.int64(weight[row]) + extra - prices[column[row]]
            if value > worth:
                best, worth, second = column[row], value, worth
            elif value > second:
                second = value
        match[learner] = best
        if best == NOBODY:
            continue
        bids += 1
        offer = prices[best] + worth - second + eps
        lowest, size = first[best], first[best + 1] - first[best]
        if taken[best] < size:
            taken[best] += 1
            _sift_up(bid, bidder, lowest, taken[best] - 1, offer, learner)
        else:
            outbid = bidder[lowest]
            _sift_down(bid, bidder, lowest, size, offer, learner)
            match[outbid] = NOBODY
            stack[waiting] = outbid
            waiting += 1
        if taken[best] == size:
            prices[best] = bid[lowest]
    return bids


@kernel
def _sift_up(bid: Longs, bidder: Ints, lowest: int, place: int, offer: int, learner: int) -> None:
    """Add an offer to a heap that has `place` bids."""
    while place > 0:
        above = (place - 1) // 2
        if bid[lowest + above] <= offer:
            break
        bid[lowest + place], bidder[lowest + place] = bid[lowest + above], bidder[lowest + above]
        place = above
    bid[lowest + place], bidder[lowest + place] = offer, learner


@kernel
def _sift_down(bid: Longs, bidder: Ints, lowest: int, size: int, offer: int, learner: int) -> None:
    """Put an offer in the place of the lowest of a heap of `size` bids."""
    place = 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and bid[lowest + below + 1] < bid[lowest + below]:
            below += 1
        if bid[lowest + below] >= offer:
            break
        bid[lowest + place], bidder[lowest + place] = bid[lowest + below], bidder[lowest + below]
        place = below
    bid[lowest + place], bidder[lowest + place] = offer, learner
