"""How near two people are in time: their clocks, and the quarter hours of a week in which both are free."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from services.matching.domain.people import Person

MINUTES_A_DAY = 24 * 60
QUARTER = 15
QUARTERS_A_WEEK = 7 * MINUTES_A_DAY // QUARTER


def gap_minutes(one: Person, other: Person) -> int:
    """Minutes between the clocks of two people, the short way round the day."""
    gap = abs(one.utc_offset - other.utc_offset) % MINUTES_A_DAY
    return min(gap, MINUTES_A_DAY - gap)


def shared_minutes(one: Person, other: Person) -> int:
    """Minutes of a usual week in which both are free, in whole quarter hours."""
    return (free_quarters(one.windows) & free_quarters(other.windows)).bit_count() * QUARTER


@lru_cache(maxsize=65_536)
def free_quarters(windows: tuple[tuple[int, int], ...]) -> int:
    """As `quarters_in`, for windows that are asked for again and again."""
    return quarters_in(windows)


def quarters_in(windows: Iterable[Sequence[int]]) -> int:
    """The quarter hours that lie wholly inside the windows, one bit each; a window may pass the end of the week."""
    bits = 0
    for start, end in windows:
        last = end if end > start else end + QUARTERS_A_WEEK * QUARTER
        first_quarter, after = -(-start // QUARTER), last // QUARTER
        if after > first_quarter:
            bits |= ((1 << (after - first_quarter)) - 1) << first_quarter
    return (bits | bits >> QUARTERS_A_WEEK) & ((1 << QUARTERS_A_WEEK) - 1)
