"""Learners propose to teachers, and teachers keep whom they like best: deferred acceptance, in machine code."""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.auction_heap import push, replace_lowest
from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.query import Lists
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.stable_tastes import Tastes


class Wishes(NamedTuple):
    """To whom each person proposes next: rows `next[l]` to `end[l]` of `teacher`, best first.

    `liking` is what the teacher thinks of it. Rows before `next` have been turned down.
    """

    next: Longs
    end: Longs
    teacher: Ints
    liking: Longs


class Offers(NamedTuple):
    """Who stands with whom: `match` by learner; teacher t keeps `taken[t]` of the places from `first[t]` on."""

    match: Ints
    first: Longs
    taken: Ints
    liking: Longs
    learner: Ints


def no_wishes(people: int) -> Wishes:
    """Nobody wants anybody."""
    none = np.zeros(people, dtype=np.int64)
    return Wishes(none, none.copy(), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64))


def no_offers(places: Ints) -> Offers:
    """All places are free."""
    first = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(places, out=first[1:])
    return Offers(
        match=np.full(len(places), NOBODY, dtype=np.int32),
        first=first,
        taken=np.zeros(len(places), dtype=np.int32),
        liking=np.empty(first[-1], dtype=np.int64),
        learner=np.empty(first[-1], dtype=np.int32),
    )


def wish(wishes: Wishes, tastes: Tastes, learners: Ints, lists: Lists, *, all_ranked: bool) -> Wishes:
    """The wishes with new ones of these learners instead of their old ones.

    They are for those listed and those whom they ranked, and, if `all_ranked`, for those too who ranked them.
    """
    teacher, score = lists.teacher, lists.score
    learner = np.repeat(learners, np.diff(lists.start))
    ranked = tastes.ranked(learners, by_teachers=all_ranked)
    if len(ranked[0]):
        teacher, learner, score = (np.concatenate(pair) for pair in zip((teacher, learner, score), ranked, strict=True))
        distinct = np.unique(learner.astype(np.int64) * len(wishes.next) + teacher, return_index=True)[1]
        teacher, learner, score = teacher[distinct], learner[distinct], score[distinct]
    by_learner, by_teacher = tastes.of_both(teacher, learner, score)
    # Lists are in this order but for those who were ranked.
    if not np.all((learner[1:] > learner[:-1]) | ((learner[1:] == learner[:-1]) & (by_learner[1:] < by_learner[:-1]))):
        order = np.lexsort((-by_learner, learner))
        teacher, learner, by_teacher = teacher[order], learner[order], by_teacher[order]
    wishes.next[learners] = len(wishes.teacher) + np.searchsorted(learner, learners)
    wishes.end[learners] = len(wishes.teacher) + np.searchsorted(learner, learners, side="right")
    return wishes._replace(
        teacher=np.concatenate([wishes.teacher, teacher]),
        liking=np.concatenate([wishes.liking, by_teacher]),
    )


def propose(wishes: Wishes, offers: Offers, learners: Ints) -> Ints:
    """Let these learners, and whoever loses a place to them, propose as far as their wishes go; who is left alone."""
    queue = np.empty(max(1, len(offers.match)), dtype=np.int32)
    queue[: len(learners)] = learners
    alone = np.empty(len(offers.match), dtype=np.int32)
    return alone[: _propose(wishes, offers, queue, len(learners), alone)].copy()


@kernel
def _propose(wishes: Wishes, offers: Offers, stack: Ints, waiting: int, alone: Ints) -> int:
    following, end, wanted, liked = wishes
    match, first, taken, liking, holder = offers
    left = 0
    while waiting > 0:
        waiting -= 1
        learner = stack[waiting]
        while match[learner] == NOBODY and following[learner] < end[learner]:
            row = following[learner]
            following[learner] += 1
            teacher = wanted[row]
            lowest, size = first[teacher], first[teacher + 1] - first[teacher]
            if taken[teacher] < size or liked[row] > liking[lowest]:
                match[learner] = teacher
                out = _keep(liking, holder, taken, lowest, size, teacher, liked[row], learner)
                if out != NOBODY:
                    match[out] = NOBODY
                    stack[waiting] = out
                    waiting += 1
        if match[learner] == NOBODY:
            alone[left] = learner
            left += 1
    return left


@inline
def _keep(
    liking: Longs, holder: Ints, taken: Ints, lowest: int, size: int, teacher: int, liked: int, learner: int
) -> int:
    """Give the learner a place; whoever loses theirs, or `NOBODY`."""
    if taken[teacher] < size:
        push(liking, holder, lowest, taken[teacher], liked, learner)
        taken[teacher] += 1
        return NOBODY
    out: int = holder[lowest]
    replace_lowest(liking, holder, lowest, size, liked, learner)
    return out
