"""Questions to an index: the best teachers of learners, the best partners, the scores of pairs and their parts.

All answers are exact and honour every hard rule. A query walks the postings of what somebody wants and adds up what
each teacher is worth; then, best first, it adds the other parts, until whoever is left could not be among the best.
Between equal scores a hash of both ids and the seed decides, so nobody gains by an early id.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from services.matching.domain.engine import pair_kernels
from services.matching.domain.engine.closeness import QUARTER
from services.matching.domain.engine.compiled import processors
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.roster import Flags, Ints, Longs
from services.matching.domain.engine.selection import best_of_each, columns_to_work_on
from services.matching.domain.engine.selection_search import DEAREST, NO_FLOOR, Question

Answer = TypeVar("Answer")
BLOCK = 2_048
CELLS = 4_000_000
_NO_PRICES = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Lists:
    """For each learner asked, rows `start[i]` to `start[i + 1]`: teachers, best first, and the scores of these pairs.

    Scores are in basis points, without price or bonus. In lists of partners `teacher` is the partner.
    """

    start: Longs
    teacher: Ints
    score: Ints


@dataclass(frozen=True, slots=True)
class Parts:
    """What pairs' scores are made of, one row a pair, in basis points; and the facts behind them.

    `topic` is the row of the growth area that the pair is about (-1: none), `discreet` that this is a private one.
    """

    fit: Ints
    choice: Ints
    availability: Ints
    time_zone: Ints
    language: Ints
    other_department: Ints
    topic: Ints
    discreet: Flags
    shared_minutes: Ints
    gap_minutes: Ints
    shared_languages: Ints


def best_teachers(
    index: Index,
    learners: Ints,
    most: int,
    prices: Longs | None = None,
    floors: Longs | None = None,
) -> Lists:
    """The `most` best teachers of each learner by score less price, of those worth more than the learner's floor.

    `prices` (none below 0) has a row a person, `floors` one a learner asked; without floors every feasible pair counts.
    """
    return _lists(index, learners, most, prices, floors, both=False)


def mutual_lists(
    index: Index, people: Ints, most: int, prices: Longs | None = None, floors: Longs | None = None
) -> Lists:
    """The `most` best partners of each person of those with whom both teach and both learn, by the mutual score.

    Prices and floors are as for `best_teachers`.
    """
    return _lists(index, people, most, prices, floors, both=True)


def pair_scores(index: Index, teachers: Ints, learners: Ints) -> Ints:
    """The scores of pairs, -1 for one that is not feasible; free places are not looked at."""
    return np.concatenate(
        [
            np.empty(0, dtype=np.int32),
            *_in_threads(
                lambda part: pair_kernels.scores(index.facts, index.rules, teachers[part], learners[part]),
                len(teachers),
                BLOCK * 8,
            ),
        ]
    )


def pair_parts(index: Index, teachers: Ints, learners: Ints) -> Parts:
    """What the scores of pairs are made of; hard rules, free places and the floor are not looked at."""
    columns = pair_kernels.parts(index.facts, index.rules, teachers, learners)
    both_free = index.problem.roster.free[teachers] & index.problem.roster.free[learners]
    minutes = np.bitwise_count(both_free).sum(axis=1, dtype=np.int32) * QUARTER
    return Parts(
        fit=columns[0],
        choice=columns[1],
        availability=columns[2],
        time_zone=columns[3],
        language=columns[4],
        other_department=columns[5],
        topic=columns[6],
        discreet=columns[7].astype(np.bool_),
        shared_minutes=minutes,
        gap_minutes=columns[8],
        shared_languages=columns[9],
    )


def _lists(index: Index, asked: Ints, most: int, prices: Longs | None, floors: Longs | None, *, both: bool) -> Lists:
    question = _question(index, most, prices, both=both)
    floor = np.full(len(asked), NO_FLOOR) if floors is None else floors

    # People of one kind one after another, so that what other kinds are worth to them is worked out once.
    order = np.argsort(index.seats.kind[asked], kind="stable")

    def block(part: slice) -> tuple[Ints, Ints, Ints]:
        counts, rows, scores = _ask(index, question, asked[order[part]], floor[order[part]])
        filled = np.arange(question.most) < counts[:, None]
        return counts, rows[filled], scores[filled]

    blocks = _in_threads(block, len(asked), max(1, min(BLOCK, CELLS // question.most)))
    return _in_order(order, *(np.concatenate(column) for column in zip(*blocks, strict=True)))


def _in_order(order: Longs, count: Ints, row: Ints, score: Ints) -> Lists:
    """Lists one after another as they were asked for; list `i` of those given is that of `order[i]`."""
    start, given = np.zeros(len(order) + 1, dtype=np.int64), np.empty(len(order), dtype=np.int64)
    given[order] = np.cumsum(count, dtype=np.int64) - count
    counts = np.empty_like(count)
    counts[order] = count
    np.cumsum(counts, out=start[1:])
    place = np.repeat(given - start[:-1], counts) + np.arange(start[-1])
    return Lists(start, row[place], score[place])


def _ask(index: Index, question: Question, asked: Ints, floors: Longs) -> tuple[Ints, Ints, Ints]:
    try:
        work = index.spare.pop()
    except IndexError:
        work = columns_to_work_on(index.seats)
    answers = best_of_each(index.facts, index.seats, index.rules, question, work, asked, floors)
    index.spare.append(work)
    return answers


def _question(index: Index, most: int, prices: Longs | None, *, both: bool) -> Question:
    tolls = np.zeros(0, dtype=np.int16)
    if prices is not None:
        seated = np.flatnonzero(index.seats.of_person >= 0)
        tolls = np.empty(len(seated), dtype=np.int16)
        tolls[index.seats.of_person[seated]] = np.minimum(prices[seated], DEAREST)
    return Question(
        both=both,
        most=max(1, min(most, index.problem.roster.size)),
        prices=_NO_PRICES if prices is None else prices,
        tolls=tolls,
    )


def _in_threads(work: Callable[[slice], Answer], size: int, step: int) -> list[Answer]:
    """The answers for consecutive slices, in order; kernels let go of the interpreter, so that all cores take part."""
    slices = [slice(start, start + step) for start in range(0, max(1, size), step)]
    if len(slices) < 2:
        return [work(part) for part in slices]
    with ThreadPoolExecutor(processors()) as threads:
        return list(threads.map(work, slices))
