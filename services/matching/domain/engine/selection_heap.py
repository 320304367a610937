"""The best few that were found so far, as a heap of which the worst comes first."""

from typing import NamedTuple

from services.matching.domain.engine.compiled import tight
from services.matching.domain.engine.roster import Ints, Longs


class Heap(NamedTuple):
    """The best so far: keys, of which the lowest comes first once there are enough, and their seats."""

    key: Longs
    seat: Ints


@tight
def keep(heap: Heap, most: int, kept: int, key: int, seat: int) -> int:
    """Add to those kept, or put in the place of the lowest."""
    if kept < most:
        heap.key[kept], heap.seat[kept] = key, seat
        if kept + 1 == most:
            make_heap(heap, most)
        return kept + 1
    if key > heap.key[0]:
        heap.key[0], heap.seat[0] = key, seat
        sift_down(heap, most, 0)
    return kept


@tight
def make_heap(heap: Heap, size: int) -> None:
    """Put so many in order."""
    for above in range(size // 2 - 1, -1, -1):
        sift_down(heap, size, above)


@tight
def sift_down(heap: Heap, size: int, place: int) -> None:
    """Let one of so many sink to where none below is lower."""
    key, seat = heap.key, heap.seat
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= key[place]:
            return
        key[below], key[place] = key[place], key[below]
        seat[below], seat[place] = seat[place], seat[below]
        place = below
