"""The best few of many, in machine code: a heap of keys, the lowest first, each with a row of two columns."""

from services.matching.domain.engine.compiled import tight
from services.matching.domain.engine.roster import Ints, Longs


@tight
def push(keys: Longs, one: Ints, other: Ints, size: int, key: int, first: int, second: int) -> None:
    """Add a row to a heap of `size`."""
    place = size
    while place > 0:
        above = (place - 1) // 2
        if keys[above] <= key:
            break
        keys[place], one[place], other[place] = keys[above], one[above], other[above]
        place = above
    keys[place], one[place], other[place] = key, first, second


@tight
def replace_lowest(keys: Longs, one: Ints, other: Ints, size: int, key: int, first: int, second: int) -> None:
    """Put a row in the place of the lowest of a heap of `size`."""
    place = 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[place], one[place], other[place] = keys[below], one[below], other[below]
        place = below
    keys[place], one[place], other[place] = key, first, second


@tight
def best_first(keys: Longs, one: Ints, other: Ints, size: int) -> None:
    """Turn a heap of `size` into a list, the highest key first."""
    for last in range(size - 1, 0, -1):
        key, first, second = keys[last], one[last], other[last]
        keys[last], one[last], other[last] = keys[0], one[0], other[0]
        replace_lowest(keys, one, other, last, key, first, second)
