"""Pairs out of an assignment in which everybody was given somebody: its walks and rings are cut at the least loss.

The assignment of the double cover (everybody once as a left and once as a right copy) is the best fractional pairing,
with no fractions but halves (M. L. Balinski, "Integer programming: methods, uses, computation", 1965): a ring of an
even number falls into pairs at no loss, and one of an odd number has to leave somebody out.
"""

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.roster import NOBODY, Flags, Longs


@kernel
def cut(match: Longs, worth: Longs, mate: Longs) -> None:
    """Pair up everybody along the walks person, match[person], …, as well as each walk allows; fills `mate`.

    `match` names nobody twice. `worth[person]` is the weight of the pair (person, match[person]).
    """
    people = len(match)
    followed = np.zeros(people, dtype=np.bool_)
    for person in range(people):
        if match[person] != NOBODY:
            followed[match[person]] = True
    seen = np.zeros(people, dtype=np.bool_)
    walk = np.empty(2 * people + 2, dtype=np.int64)
    best = np.zeros(people + 1, dtype=np.int64)
    for person in range(people):
        if match[person] != NOBODY and not followed[person]:
            size = _follow(person, match, seen, walk)
            _total_along(walk, 0, size, worth, best)
            _pair_along(walk, 0, size, best, mate)
    for person in range(people):
        if match[person] != NOBODY and not seen[person]:
            size = _follow(person, match, seen, walk)
            for index in range(size):
                walk[size + index] = walk[index]
            # Of two neighbouring edges one is left out at least, so the ring opens at one or the other.
            first = _total_along(walk, 1, size, worth, best)
            opened = 2 if _total_along(walk, 2, size, worth, best) > first else 1
            _total_along(walk, opened, size, worth, best)
            _pair_along(walk, opened, size, best, mate)


@inline
def _follow(person: int, match: Longs, seen: Flags, walk: Longs) -> int:
    """Write down who follows whom from a person on; how many they are."""
    size = 0
    while person != NOBODY and not seen[person]:
        seen[person] = True
        walk[size] = person
        size += 1
        person = match[person]
    return size


@inline
def _total_along(walk: Longs, first: int, size: int, worth: Longs, best: Longs) -> int:
    """The best total of pairs of neighbours among `size` people; `best[n]` is that of the first n + 1 of them."""
    best[0] = 0
    for index in range(1, size):
        before = best[index - 2] if index > 1 else 0
        paired = before + worth[walk[first + index - 1]]
        best[index] = max(best[index - 1], paired)
    total: int = best[size - 1]
    return total


@inline
def _pair_along(walk: Longs, first: int, size: int, best: Longs, mate: Longs) -> None:
    """Pair the neighbours that make up the best total."""
    index = size - 1
    while index > 0:
        if best[index] == best[index - 1]:
            index -= 1
            continue
        one, other = walk[first + index - 1], walk[first + index]
        mate[one], mate[other] = other, one
        index -= 2
