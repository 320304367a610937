"""Who sits in which group, and a record of what changed, so that a change can be taken back.

A table is a place of a teacher, at which one group may sit; those of the t-th teacher are `first[t]` to `first[t + 1]`.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import tight
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

AT, SCORE, NEXT = 0, 1, 2
"""Of a learner: the table, what they bring there, and who comes after them in the chain of its group."""
CIRCLE, SIZE, HEAD = 0, 1, 2
"""Of a table: what its group is about (`NOBODY`: no group), how many learners it has, and the first of their chain."""
MOVED, CONVENED = 0, 1


class Seating(NamedTuple):
    """Groups as they are: a row a learner and a row a table, and how many seats are left in groups of each circle.

    `moves` remembers a learner, their table and their score as they were, and `tables` a table and its circle;
    `rows` has how many of each.
    """

    first: Longs
    learner: Ints
    table: Ints
    seats: Ints
    moves: Ints
    tables: Ints
    rows: Longs


def nobody_seated(people: int, circles: int, places: Ints, moves: int) -> Seating:
    """Empty tables, and room to remember `moves` changes."""
    first = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(places, out=first[1:])
    return Seating(
        first=first,
        learner=np.full((people, 3), [NOBODY, 0, NOBODY], dtype=np.int32),
        table=np.full((int(first[-1]), 3), [NOBODY, 0, NOBODY], dtype=np.int32),
        seats=np.zeros(circles, dtype=np.int32),
        moves=np.empty((moves, 3), dtype=np.int32),
        tables=np.empty((moves, 2), dtype=np.int32),
        rows=np.zeros(2, dtype=np.int64),
    )


@tight
def seat(seating: Seating, learner: int, table: int, score: int) -> None:
    """Put a learner at a table (`NOBODY`: at none), from wherever they were."""
    row = seating.rows[MOVED]
    seating.moves[row, 0] = learner
    seating.moves[row, 1] = seating.learner[learner, AT]
    seating.moves[row, 2] = seating.learner[learner, SCORE]
    seating.rows[MOVED] = row + 1
    _move(seating, learner, table, score)


@tight
def convene(seating: Seating, table: int, circle: int, maximum: int) -> None:
    """Let a group of another circle (`NOBODY`: none) sit at a table without learners."""
    row = seating.rows[CONVENED]
    seating.tables[row, 0], seating.tables[row, 1] = table, seating.table[table, CIRCLE]
    seating.rows[CONVENED] = row + 1
    _convene(seating, table, circle, maximum)


@tight
def keep_changes(seating: Seating) -> None:
    """Forget how it was before."""
    seating.rows[MOVED] = seating.rows[CONVENED] = 0


@tight
def take_back(seating: Seating, maximum: int) -> None:
    """Make everything as it was when changes were last kept."""
    moved = seating.rows[MOVED]
    for row in range(moved):
        _move(seating, seating.moves[row, 0], NOBODY, 0)
    for row in range(seating.rows[CONVENED] - 1, -1, -1):
        _convene(seating, seating.tables[row, 0], seating.tables[row, 1], maximum)
    for row in range(moved - 1, -1, -1):
        _move(seating, seating.moves[row, 0], seating.moves[row, 1], seating.moves[row, 2])
    keep_changes(seating)


@tight
def _convene(seating: Seating, table: int, circle: int, maximum: int) -> None:
    if seating.table[table, CIRCLE] != NOBODY:
        seating.seats[seating.table[table, CIRCLE]] -= maximum
    if circle != NOBODY:
        seating.seats[circle] += maximum
    seating.table[table, CIRCLE] = circle


@tight
def _move(seating: Seating, learner: int, table: int, score: int) -> None:
    people, tables = seating.learner, seating.table
    before = people[learner, AT]
    if before != NOBODY:
        other = tables[before, HEAD]
        if other == learner:
            tables[before, HEAD] = people[learner, NEXT]
        else:
            while people[other, NEXT] != learner:
                other = people[other, NEXT]
            people[other, NEXT] = people[learner, NEXT]
        tables[before, SIZE] -= 1
        seating.seats[tables[before, CIRCLE]] += 1
    if table != NOBODY:
        people[learner, NEXT] = tables[table, HEAD]
        tables[table, HEAD] = learner
        tables[table, SIZE] += 1
        seating.seats[tables[table, CIRCLE]] -= 1
    people[learner, AT], people[learner, SCORE] = table, score
