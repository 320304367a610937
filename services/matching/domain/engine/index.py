"""A round made ready to be asked: postings by competency and level both ways, and one packed row a person.

After the inverted index of text retrieval: who teaches a competency at a level is a list, and so is who wants it.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.closeness import QUARTERS_A_WEEK
from services.matching.domain.engine.kernels import (
    ENOUGH_QUARTERS,
    HALF_DAY,
    LEVELS,
    Areas,
    Chosen,
    Facts,
    Held,
    Postings,
    Rules,
    Similar,
)
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import GrowthAreas, Ints, Longs, Roster, Shorts, Small, Words
from services.matching.domain.engine.seats import Seats, take_seats, usual_block
from services.matching.domain.engine.selection_search import Work
from services.matching.domain.engine.splitmix import GOLDEN, finalized
from services.matching.domain.policy import CHOICES, Terms

NO_BOUND = 1_000_000
ROWS = 8_192
"""So many rows stay in a processor's cache while their columns are read one after another."""
_BITS = np.arange(64, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Index:
    """A problem, and what kernels take of it; `spare` has columns that queries work on, put back clean."""

    problem: Problem
    facts: Facts
    seats: Seats
    rules: Rules
    spare: list[Work] = field(default_factory=list, repr=False, compare=False)


def build_index(problem: Problem, *, block: int | None = None) -> Index:
    """The index of a round; it holds for these free places, terms, choices and pairs apart.

    `block` is how many people a query looks at together, about.
    """
    roster, terms = problem.roster, problem.terms
    worth = worth_by_level(problem)
    strengths, areas, similar = roster.strengths, roster.growth_areas, roster.similarity
    free, quarters = pack_free(roster.free)
    served = np.repeat(np.arange(len(roster.competency_ids), dtype=np.int32), np.diff(similar.start))
    serves = _by_group(similar.other, len(roster.competency_ids))
    teachers_chosen, learners_chosen = _choices(problem)
    facts = Facts(
        people=_people(roster, free),
        quarters=quarters,
        salt=_salted(roster.hashes, problem.seed),
        teaching_places=problem.teaching_places,
        learning_places=problem.learning_places,
        held=Held(strengths.start, strengths.competency, strengths.level),
        areas=Areas(areas.start, areas.competency, areas.private, areas.importance, worth, _owners(areas.start)),
        teachers=_teachers(problem),
        wishes=_wishes(problem, worth),
        similar=Similar(similar.start, similar.other, similar.share),
        serves=Similar(serves.start, served[serves.row], similar.share[serves.row]),
        teachers_chosen=teachers_chosen,
        learners_chosen=learners_chosen,
        apart=_apart(problem),
    )
    seats = take_seats(problem, facts.people, free, facts.salt, worth, block or usual_block(roster.size))
    return Index(problem, facts, seats, _rules(terms, roster))


def worth_by_level(problem: Problem) -> Shorts:
    """What a teacher of each level brings to each growth area, by the weights of `points.area_weights`."""
    areas = problem.roster.growth_areas
    fit = problem.terms.weights.fit
    people = problem.roster.size
    owner = _owners(areas.start)
    counted = problem.topics[areas.competency] & (areas.target > areas.current)
    importance = np.where(counted, areas.importance, 0).astype(np.int64)
    public = np.where(areas.private, 0, importance)
    total = np.bincount(owner, weights=public, minlength=people).astype(np.int64)[owner]
    divisor = total + np.where(areas.private, importance, 0)
    weight = fit * importance // np.maximum(divisor, 1)
    # What the division leaves goes to the first of the most important public areas.
    highest = int(importance.max(initial=0)) + 1
    rank = (owner.astype(np.int64) * highest - public) * len(problem.topics) + areas.competency
    order = np.argsort(rank, kind="stable")
    first = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
    first = first[public[first] > 0]
    given = np.bincount(owner, weights=np.where(areas.private, 0, weight), minlength=people).astype(np.int64)
    weight[first] += fit - given[owner[first]]
    return _gained(areas, weight)


def _gained(areas: GrowthAreas, weight: Longs) -> Shorts:
    current, target = areas.current.astype(np.int64)[:, None], areas.target.astype(np.int64)[:, None]
    gain = np.clip(np.minimum(np.arange(LEVELS)[None, :], target) - current, 0, None)
    worth: Shorts = (weight[:, None] * gain // np.maximum(target - current, 1)).astype(np.int16)
    return worth


def pack_free(free: Words) -> tuple[Words, Longs]:
    """When people are free, in fewer words; and how many quarter hours a bit of each word stands for.

    Quarter hours in which everybody is free or busy alike, one after another, become one; a run of them is written as
    powers of two, each of which has words of its own. More than are ever needed in common count as that many.
    """
    bits = _columns(np.bitwise_or.reduce(free, axis=0))
    shifted = free >> np.uint64(1)
    shifted[:, :-1] |= free[:, 1:] << np.uint64(63)
    borders = _columns(np.bitwise_or.reduce(free ^ shifted, axis=0))
    runs: list[tuple[int, int]] = []
    start = 0
    for quarter in range(QUARTERS_A_WEEK):
        if borders[quarter] or quarter == QUARTERS_A_WEEK - 1:
            if bits[start]:
                runs.append((start, min(quarter + 1 - start, ENOUGH_QUARTERS)))
            start = quarter + 1
    packed: list[Words] = []
    quarters: list[int] = []
    power = ENOUGH_QUARTERS
    while power:
        columns = [column for column, length in runs if length & power]
        for place in range(0, len(columns), 64):
            packed.append(_gather(free, columns[place : place + 64]))
            quarters.append(power)
        power //= 2
    if not packed:
        return np.zeros((len(free), 0), dtype=np.uint64), np.empty(0, dtype=np.int64)
    return np.stack(packed, axis=1), np.array(quarters, dtype=np.int64)


def _columns(words: Words) -> npt.NDArray[np.bool_]:
    set_bits: npt.NDArray[np.bool_] = ((words[:, None] >> _BITS) & np.uint64(1)).reshape(-1).astype(np.bool_)
    return set_bits


def _gather(free: Words, columns: list[int]) -> Words:
    word = np.zeros(len(free), dtype=np.uint64)
    for start in range(0, len(free), ROWS):
        rows, some = free[start : start + ROWS].T.copy(), word[start : start + ROWS]
        for place, column in enumerate(columns):
            bit = (rows[column // 64] >> np.uint64(column % 64)) & np.uint64(1)
            some |= bit << np.uint64(place)
    return word


def _people(roster: Roster, free: Words) -> Longs:
    """One row a person, so that a look at a pair costs few cache lines. Numbers are one up: 0 is not known."""
    rows = np.arange(1, roster.size + 1, dtype=np.int64)
    team, department, manager = (
        column.astype(np.int64) + 1 for column in (roster.team, roster.department, roster.manager)
    )
    head = [
        team << 32 | department,
        manager << 32 | rows,
        (roster.utc_offset.astype(np.int64) << 16) | (roster.level.astype(np.int64) + 1),
    ]
    return np.concatenate([np.stack(head, axis=1), roster.languages.view(np.int64), free.view(np.int64)], axis=1)


def _teachers(problem: Problem) -> Postings:
    strengths = problem.roster.strengths
    person = _owners(strengths.start)
    open_to = problem.teaching_places[person] > 0
    key = strengths.competency * LEVELS + strengths.level
    by_key = _by_group(np.where(open_to, key, -1), len(problem.topics) * LEVELS)
    return Postings(by_key.start, person[by_key.row])


def _wishes(problem: Problem, worth: Shorts) -> Postings:
    areas = problem.roster.growth_areas
    open_to = (problem.learning_places[_owners(areas.start)] > 0) & (worth[:, -1] > 0)
    return _by_group(np.where(open_to, areas.competency * 2 + areas.private, -1), len(problem.topics) * 2)


def _choices(problem: Problem) -> tuple[Chosen, Chosen]:
    """What choices are worth to each pair of learner and teacher, by learner and by teacher."""
    choices, people = problem.choices, problem.roster.size
    half = problem.terms.weights.choice // 2
    points = half * (CHOICES + 1 - choices.rank.astype(np.int64)) // CHOICES
    learner = np.where(choices.teaches, choices.chooser, choices.chosen).astype(np.int64)
    teacher = np.where(choices.teaches, choices.chosen, choices.chooser)
    pairs, place = np.unique(learner * max(people, 1) + teacher, return_inverse=True)
    both = np.bincount(place, weights=points, minlength=len(pairs)).astype(np.int16)
    learners, teachers = (pairs // max(people, 1)).astype(np.int32), (pairs % max(people, 1)).astype(np.int32)
    by_learner, by_teacher = _by_group(learners, people), _by_group(teachers, people)
    return (
        Chosen(by_learner.start, teachers[by_learner.row], both[by_learner.row]),
        Chosen(by_teacher.start, learners[by_teacher.row], both[by_teacher.row]),
    )


def _apart(problem: Problem) -> Postings:
    one, other = problem.apart[:, 0], problem.apart[:, 1]
    by_person = _by_group(np.concatenate([one, other]), problem.roster.size)
    return Postings(by_person.start, np.concatenate([other, one])[by_person.row])


def _by_group(key: Ints | Longs | Small, groups: int) -> Postings:
    """The rows of each group in their own order; rows of key -1 are left out."""
    # NumPy sorts numbers of 16 bits by counting, which is much quicker.
    order = np.argsort(key.astype(np.int16) if groups < 2**15 else key, kind="stable").astype(np.int32)
    start = np.searchsorted(key[order], np.arange(groups + 1)).astype(np.int64)
    return Postings(start - start[0], order[start[0] :])


def _owners(start: Longs) -> Ints:
    return np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))


def _salted(hashes: Words, seed: int) -> Words:
    """The hashes of the ids mixed with the seed (the finalizer of splitmix64); odd, so that products lose nothing."""
    salted: Words = finalized(hashes + np.uint64((seed + 1) * GOLDEN % 2**64)) | np.uint64(1)
    return salted


def _rules(terms: Terms, roster: Roster) -> Rules:
    weights, rules, band = terms.weights, terms.rules, terms.rules.level_band
    widest = rules.max_time_zone_gap_hours
    return Rules(
        availability=weights.availability,
        time_zone=weights.time_zone,
        one_language=weights.language * 5 // 7,
        language=weights.language,
        other_department=weights.other_department,
        manager_line=int(rules.exclude_manager_line),
        same_team=int(rules.exclude_same_team),
        shared_language=int(rules.require_shared_language),
        widest_gap=HALF_DAY if widest is None else widest * 60,
        band=int(band is not None),
        band_least=-NO_BOUND if band is None or band.least is None else band.least,
        band_most=NO_BOUND if band is None or band.most is None else band.most,
        min_score=rules.min_score,
        language_words=roster.languages.shape[1],
    )
