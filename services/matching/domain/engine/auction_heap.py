"""The offers that a teacher holds: a heap whose lowest comes first, kept in `bid` and `bidder` from a row on."""

from services.matching.domain.engine.compiled import inline
from services.matching.domain.engine.roster import Ints, Longs


@inline
def push(bid: Longs, bidder: Ints, lowest: int, place: int, offer: int, learner: int) -> None:
    """Add an offer to a heap that has `place` bids."""
    while place > 0:
        above = (place - 1) // 2
        if bid[lowest + above] <= offer:
            break
        bid[lowest + place], bidder[lowest + place] = bid[lowest + above], bidder[lowest + above]
        place = above
    bid[lowest + place], bidder[lowest + place] = offer, learner


@inline
def replace_lowest(bid: Longs, bidder: Ints, lowest: int, size: int, offer: int, learner: int) -> None:
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
