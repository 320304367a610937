"""People in an order that is quick to ask: alike ones side by side, and only those who have a free place.

A seat is a number for such a person. Seats fall into blocks: all of a block are on one clock, so that a query may leave
out whoever is too far away, and begin with the nearest; and a block is small enough for what a query works on to stay
in a processor's cache. In a block those who only teach come first, then those who teach and learn, then those who only
learn; and in each of these parts people of one kind, that is who speak the same languages, stand together, because to
anybody else they are equally near.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import NOBODY, Flags, Ints, Longs, Roster, Shorts, Words

Counts = npt.NDArray[np.uint32]
"""Seats in postings: without a sign, which a kernel would have to look at."""
SMALLEST, LARGEST, SHARE = 16_384, 32_768, 12
"""How many people a query looks at together: one in so many, because each block costs it time of its own, but at least
so many, and as many as keep its columns in a processor's cache."""
PARTS = 3
LEVELS = 6
TEAM_AND_DEPARTMENT, MANAGER_AND_SELF, SALT, FREE = 0, 1, 2, 3
"""The words of a seat's row."""


class Seats(NamedTuple):
    """S seats in B blocks on G clocks; people are rows of the roster, and C is how many competencies there are.

    `start` has where each part of each block begins, three to a block; `run_start` where each run of one kind does;
    `clock_block` and `clock_run` are the first block and run of each clock. `kind` is by person. `row` has some words a
    seat. In block `b` the seats `teacher[teacher_start[k]:teacher_start[k + 1]]` teach competency `c` at level `l`,
    where `k = (b * C + c) * 6 + l`; the seats `wish[wish_start[k]:wish_start[k + 1]]` want it, publicly for
    `k = (b * C + c) * 2` and privately for the next, and a teacher of each level brings them `wish_worth`.
    """

    of_person: Ints
    start: Longs
    run_start: Longs
    clock_block: Longs
    clock_run: Longs
    kind: Ints
    row: Longs
    teacher_start: Longs
    teacher: Counts
    wish_start: Longs
    wish: Counts
    wish_worth: Shorts


def take_seats(problem: Problem, people: Longs, free: Words, salt: Words, worth: Shorts, block: int) -> Seats:
    """The seats of a round; `people` has the packed facts by person, `free` the packed quarter hours."""
    roster = problem.roster
    teaches, learns = problem.teaching_places > 0, problem.learning_places > 0
    seated = np.flatnonzero(teaches | learns)
    kind = _kinds(roster)
    block_of, clock_block = _blocks(roster, seated, salt, block)
    part = np.where(~learns, 0, np.where(teaches, 1, 2)) + PARTS * block_of
    person = seated[np.lexsort((kind[seated], part[seated]))]
    of_person = np.full(roster.size, NOBODY, dtype=np.int32)
    of_person[person] = np.arange(len(person), dtype=np.int32)
    start = np.searchsorted(part[person], np.arange(PARTS * clock_block[-1] + 1)).astype(np.int64)
    run_start = np.flatnonzero((np.diff(kind[person], prepend=-1) != 0) | (np.diff(part[person], prepend=-1) != 0))
    teacher_start, teacher = _teachers(problem, of_person, block_of, int(clock_block[-1]))
    wish_start, wish, wish_worth = _wishes(problem, of_person, block_of, int(clock_block[-1]), worth)
    return Seats(
        of_person=of_person,
        start=start,
        run_start=np.append(run_start, len(person)).astype(np.int64),
        clock_block=clock_block,
        clock_run=np.searchsorted(run_start, start[clock_block * PARTS]).astype(np.int64),
        kind=kind,
        row=np.concatenate(
            [people[person, :2], salt.view(np.int64)[person, None], free.view(np.int64)[person]], axis=1
        ),
        teacher_start=teacher_start,
        teacher=teacher,
        wish_start=wish_start,
        wish=wish,
        wish_worth=wish_worth,
    )


def usual_block(people: int) -> int:
    """How many of so many people a query looks at together, about."""
    return min(LARGEST, max(SMALLEST, people // SHARE))


def _blocks(roster: Roster, seated: Longs, salt: Words, size: int) -> tuple[Longs, Longs]:
    """The block of each person, and the first block of each clock: as many as its people need, by a hash of these."""
    clocks, clock = np.unique(roster.utc_offset, return_inverse=True)
    blocks = np.maximum(1, -(-np.bincount(clock[seated], minlength=len(clocks)) // size))
    first = np.concatenate([[0], np.cumsum(blocks)]).astype(np.int64)
    return first[clock] + ((salt >> np.uint64(32)) % blocks[clock].astype(np.uint64)).astype(np.int64), first


def _kinds(roster: Roster) -> Ints:
    """A number for each person's clock and languages; equal for who has the same of both."""
    number = np.unique(roster.utc_offset, return_inverse=True)[1]
    for word in roster.languages.T:
        spoken = np.unique(word, return_inverse=True)[1]
        number = np.unique(number * (int(spoken.max(initial=0)) + 1) + spoken, return_inverse=True)[1]
    return number.astype(np.int32)


def _teachers(problem: Problem, of_person: Ints, block: Longs, blocks: int) -> tuple[Longs, Counts]:
    strengths = problem.roster.strengths
    person = np.repeat(np.arange(problem.roster.size), np.diff(strengths.start))
    keep = problem.teaching_places[person] > 0
    key = (block[person] * len(problem.topics) + strengths.competency) * LEVELS + strengths.level
    start, rows = _sorted(key, of_person[person], keep, blocks * len(problem.topics) * LEVELS)
    return start, of_person[person[rows]].astype(np.uint32)


def _wishes(
    problem: Problem, of_person: Ints, block: Longs, blocks: int, worth: Shorts
) -> tuple[Longs, Counts, Shorts]:
    areas = problem.roster.growth_areas
    person = np.repeat(np.arange(problem.roster.size), np.diff(areas.start))
    keep = (problem.learning_places[person] > 0) & (worth[:, -1] > 0)
    key = (block[person] * len(problem.topics) + areas.competency) * 2 + areas.private
    start, rows = _sorted(key, of_person[person], keep, blocks * len(problem.topics) * 2)
    return start, of_person[person[rows]].astype(np.uint32), worth[rows]


def _sorted(key: Longs, seat: Ints, keep: Flags, keys: int) -> tuple[Longs, Longs]:
    """The rows to keep by key and then by seat, and where each key's begin."""
    rows = np.flatnonzero(keep)
    rows = rows[np.argsort(key[rows] * (int(seat.max(initial=0)) + 1) + seat[rows], kind="stable")]
    return np.searchsorted(key[rows], np.arange(keys + 1)).astype(np.int64), rows
