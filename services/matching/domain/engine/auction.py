"""Assignment by auction: learners bid for places, and the highest bids stand.

After D. P. Bertsekas and D. A. Castanon, "The auction algorithm for the transportation problem" (1989), with the places
of a teacher as similar objects.

A teacher's price is the lowest bid that stands once all places are taken, else 0. A learner bids for the teacher who
is worth most at the prices, as much as leaves them no worse off than with their second choice, plus `eps`. Nobody is
put with a teacher who is worth less to them than nobody. At the end every learner has what is best at the prices but
for `eps`, so the total is within `eps` a learner of the best possible, and the prices prove it. One bids at a time
(Gauss-Seidel), whoever was outbid first, in integers: the same input gives the same answer on any machine.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.auction_heap import push, replace_lowest
from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

CLOSED = 2**60
"""The price of who has no places at all."""
COARSE, SCALE, FALL = 64, 4, 4
"""The first step of bids, how many times smaller the next is, and by how many steps prices fall before."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The teacher of each learner (or `NOBODY`), what a place with each teacher costs, and how many bids it took."""

    match: Ints
    prices: Longs
    bids: int


class Known(NamedTuple):
    """Whom each of L learners knows: rows `begin[l]` to `end[l]` of `column` (the teacher) and `weight`.

    `bonus[l]` is added to all weights of learner l. Nobody else is worth more than `hidden[l]` to them at the prices
    of now; as prices only rise, that stays true while a market is open.
    """

    begin: Longs
    end: Longs
    column: Ints
    weight: Ints | Longs
    bonus: Longs
    hidden: Longs


class Market(NamedTuple):
    """What stands, which changes as learners bid: L learners, T teachers, P places.

    `match` and `weight` are by learner. Teacher t has the places `first[t]` to `first[t + 1]`, of which `taken[t]` are
    a min-heap of bids with their bidders.
    """

    match: Ints
    weight: Longs
    prices: Longs
    first: Longs
    taken: Ints
    bid: Longs
    bidder: Ints


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

    Pairs of learner l are the rows `start[l]` to `start[l + 1]` of `column` (the teacher) and `weight`. `bonus` is
    added to all weights of a learner; `order` is the order in which they first bid, if not by row.
    """
    learners = len(start) - 1
    none = np.zeros(learners, dtype=np.int64)
    known = Known(start[:-1], start[1:], column, weight, none if bonus is None else bonus, none)
    market = open_market(learners, places)
    everybody = np.arange(learners, dtype=np.int32) if order is None else order
    bids, _ = trade(market, known, everybody, eps=eps)
    return Assignment(market.match, np.where(places > 0, market.prices, 0), bids)


def open_market(learners: int, places: Ints) -> Market:
    """A market in which nobody has bid yet: every price is 0, or `CLOSED` without places."""
    first = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(places, out=first[1:])
    return Market(
        match=np.full(learners, NOBODY, dtype=np.int32),
        weight=np.zeros(learners, dtype=np.int64),
        prices=np.where(places > 0, 0, CLOSED),
        first=first,
        taken=np.zeros(len(places), dtype=np.int32),
        bid=np.empty(first[-1], dtype=np.int64),
        bidder=np.empty(first[-1], dtype=np.int32),
    )


def trade(market: Market, known: Known, bidders: Ints, *, eps: int, slack: int = 0) -> tuple[int, Ints]:
    """Let the bidders, and whomever they outbid, bid until nobody wants to; the first of `bidders` bids first.

    Gives the number of bids, and who stopped without a teacher because somebody whom they do not know could be worth
    more to them, by more than `slack`, than all whom they know.
    """
    queue = np.empty(max(1, len(market.match)), dtype=np.int32)
    queue[: len(bidders)] = bidders
    asking = np.empty(len(market.match), dtype=np.int32)
    bids, stopped = _trade(market, known, queue, len(bidders), eps, slack, asking)
    return int(bids), asking[:stopped].copy()


def trade_anew(known: Known, bidders: Ints, places: Ints, *, eps: int) -> tuple[Market, int]:
    """The market as it stands once all have bid for whom they know, and for nobody else; and how many bids it took.

    Bids rise in large steps first. Prices then fall a little, and all bid again in smaller ones (scaling, by the same
    authors), which takes far fewer bids where many want the same. At the end free places cost nothing.
    """
    known = known._replace(hidden=np.zeros_like(known.hidden))
    market = open_market(len(known.begin), places)
    total, step = 0, max(eps, COARSE)
    while True:
        bids, _ = trade(market, known, bidders, eps=step)
        total += bids
        if step == eps:
            market.prices[(market.taken < places) & (places > 0)] = 0
            return market, total
        fallen = np.where(places > 0, np.maximum(0, market.prices - step * FALL), CLOSED)
        market, step = open_market(len(known.begin), places)._replace(prices=fallen), max(eps, step // SCALE)


@kernel
def _trade(
    market: Market, known: Known, queue: Ints, waiting: int, eps: int, slack: int, asking: Ints
) -> tuple[int, int]:
    # Machine code reads arrays of its own faster than fields.
    match, matched_weight, prices, first, taken, bid, bidder = market
    begin, end, column, weight, bonus, hidden = known
    bids, stopped, head = 0, 0, 0
    while waiting > 0:
        learner = queue[head]
        head = head + 1 if head + 1 < len(queue) else 0
        waiting -= 1
        row, worth, second = _best_two(
            column[begin[learner] : end[learner]], weight[begin[learner] : end[learner]], bonus[learner], prices
        )
        if worth < hidden[learner] - slack:
            asking[stopped] = learner
            stopped += 1
        elif row >= 0:
            teacher = column[begin[learner] + row]
            # Somebody unknown may be the second choice.
            offer = prices[teacher] + worth - max(second, min(hidden[learner], worth)) + eps
            outbid = _take(first, taken, bid, bidder, teacher, offer, learner)
            if taken[teacher] == first[teacher + 1] - first[teacher]:
                prices[teacher] = bid[first[teacher]]
            match[learner], matched_weight[learner] = teacher, weight[begin[learner] + row]
            bids += 1
            if outbid != NOBODY:
                match[outbid], matched_weight[outbid] = NOBODY, 0
                tail = head + waiting
                queue[tail if tail < len(queue) else tail - len(queue)] = outbid
                waiting += 1
    return bids, stopped


@inline
def _best_two(column: Ints, weight: Ints | Longs, bonus: int, prices: Longs) -> tuple[int, int, int]:
    """The row of the best teacher (-1: nobody is worth their price), what they are worth, and what the second is."""
    best, worth, second = -1, 0, 0
    for row in range(len(column)):
        value = np.int64(weight[row]) + bonus - prices[column[row]]
        if value > worth:
            best, worth, second = row, value, worth
        elif value > second:
            second = value
    return best, worth, second


@inline
def _take(first: Longs, taken: Ints, bid: Longs, bidder: Ints, teacher: int, offer: int, learner: int) -> int:
    """Let the offer stand; gives whoever had to go, or `NOBODY`."""
    lowest = first[teacher]
    size = first[teacher + 1] - lowest
    if taken[teacher] < size:
        push(bid, bidder, lowest, taken[teacher], offer, learner)
        taken[teacher] += 1
        return NOBODY
    outbid: int = bidder[lowest]
    replace_lowest(bid, bidder, lowest, size, offer, learner)
    return outbid
