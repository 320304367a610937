"""How the best few partners of somebody are found, in machine code."""

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.kernels import (
    HASH_BITS,
    Facts,
    Rules,
    are_apart,
    best_fit,
    choice_points,
    clock_gap,
    pair_hash,
    rest_parts,
    rest_points,
    shared_languages,
)
from services.matching.domain.engine.postings import add_choices, learners_of, mean_of_both, teachers_of
from services.matching.domain.engine.roster import Flags, Ints, Longs, Shorts, Words

LEARN, TEACH, BOTH = 0, 1, 2
"""What the one who asks is to do."""
NO_FLOOR = -(2**60)
BIN = 64
BINS = 10_000 // BIN + 2


@kernel
def best_of_each(
    facts: Facts,
    rules: Rules,
    asked: Ints,
    most: int,
    prices: Longs,
    floors: Longs,
    allowed: Flags,
    way: int,
) -> tuple[Ints, Ints, Ints]:
    """The best partners of each: how many, their rows, and the scores, best first."""
    people = len(facts.salt)
    points, other_points = np.zeros(people, dtype=np.int16), np.zeros(people, dtype=np.int16)
    best = np.zeros(people, dtype=np.int16)
    found, other_found = np.empty(2 * people, dtype=np.int32), np.empty(people, dtype=np.int32)
    order, bins = np.empty(people, dtype=np.int32), np.empty(BINS, dtype=np.int32)
    keys, rows = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int32)
    counts = np.zeros(len(asked), dtype=np.int32)
    partners, scores = np.empty((len(asked), most), dtype=np.int32), np.empty((len(asked), most), dtype=np.int32)
    for place in range(len(asked)):
        person = asked[place]
        count = 0
        if way != TEACH and facts.learning_places[person] > 0:
            count = teachers_of(facts.areas, facts.similar, facts.teachers, person, points, best, found)
            add_choices(facts.teachers_chosen, person, points)
        if way != LEARN and facts.teaching_places[person] > 0:
            column, met = (points, found) if way == TEACH else (other_points, other_found)
            other_count = learners_of(
                facts.held, facts.areas, facts.similar, facts.serves, facts.wishes, person, column, met
            )
            if way == BOTH:
                count = mean_of_both(facts.teachers_chosen, person, points, column, found, count, met, other_count)
            else:
                count = other_count
                add_choices(facts.learners_chosen, person, points)
        elif way == BOTH:
            count = mean_of_both(facts.teachers_chosen, person, points, other_points, found, count, other_found, 0)
        points[person] = 0
        for row in range(facts.apart.start[person], facts.apart.start[person + 1]):
            points[facts.apart.row[row]] = 0
        need = max(rules.min_score, floors[place] + 1) - _most_besides(rules)
        ranked = order[: _by_points(points, found, count, need, order, bins)]
        kept = _select(
            facts.people,
            facts.quarters,
            facts.salt,
            rules,
            person,
            way,
            most,
            prices,
            floors[place],
            allowed,
            points,
            ranked,
            keys,
            rows,
        )
        counts[place] = kept
        for rank in range(kept - 1, -1, -1):
            row = rows[0]
            partners[place, rank] = row
            scores[place, rank] = (keys[0] >> HASH_BITS) + (prices[row] if len(prices) else 0)
            keys[0], rows[0] = keys[rank], rows[rank]
            _sift_down(keys, rows, rank, 0)
    return counts, partners, scores


@inline
def _most_besides(rules: Rules) -> int:
    """The most that all parts but fit and choice add."""
    return rules.availability + rules.time_zone + rules.language + rules.other_department


@inline
def _by_points(points: Shorts, found: Ints, count: int, need: int, order: Ints, bins: Ints) -> int:
    """Put those of enough points in order, best bin first, and clear the others'; how many there are."""
    for number in range(BINS):
        bins[number] = 0
    for place in range(count):
        worth = np.int64(points[found[place]])
        if worth > 0 and worth >= need:
            bins[BINS - 1 - worth // BIN] += 1
    start = 0
    for number in range(BINS):
        size = bins[number]
        bins[number] = start
        start += size
    for place in range(count):
        person = found[place]
        worth = np.int64(points[person])
        if worth > 0 and worth >= need:
            number = BINS - 1 - worth // BIN
            order[bins[number]] = person
            bins[number] += 1
        else:
            points[person] = 0
    return start


@inline
def _select(
    people: Longs,
    quarters: Longs,
    salt: Words,
    rules: Rules,
    person: int,
    way: int,
    most: int,
    prices: Longs,
    floor: int,
    allowed: Flags,
    points: Shorts,
    ranked: Ints,
    keys: Longs,
    rows: Ints,
) -> int:
    """Keep the best in a heap whose lowest comes first, and clear `points`; how many there are."""
    rest = _most_besides(rules)
    kept = 0
    place = 0
    while place < len(ranked):
        partner = ranked[place]
        place += 1
        most_points = np.int64(points[partner])
        points[partner] = 0
        if len(allowed) and not allowed[partner]:
            continue
        price = prices[partner] if len(prices) else 0
        if kept == most:
            lowest = keys[0] >> HASH_BITS
            if most_points + rest < lowest - BIN:
                break
            if most_points + rest - price < lowest:
                continue
        teacher, learner = (person, partner) if way == TEACH else (partner, person)
        other = rest_points(people, quarters, rules, teacher, learner)
        if other < 0 or most_points + other < rules.min_score:
            continue
        if way == BOTH and rules.band and rest_points(people, quarters, rules, learner, teacher) < 0:
            continue
        value = most_points + other - price
        if value <= floor:
            continue
        key = (value << HASH_BITS) | pair_hash(salt, person, partner)
        if kept < most:
            keys[kept], rows[kept] = key, partner
            kept += 1
            if kept == most:
                _make_heap(keys, rows, kept)
        elif key > keys[0]:
            keys[0], rows[0] = key, partner
            _sift_down(keys, rows, most, 0)
    while place < len(ranked):
        points[ranked[place]] = 0
        place += 1
    if kept < most:
        _make_heap(keys, rows, kept)
    return kept


@inline
def _make_heap(keys: Longs, rows: Ints, size: int) -> None:
    for above in range(size // 2 - 1, -1, -1):
        _sift_down(keys, rows, size, above)


@inline
def _sift_down(keys: Longs, rows: Ints, size: int, place: int) -> None:
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= keys[place]:
            return
        keys[below], keys[place] = keys[place], keys[below]
        rows[below], rows[place] = rows[place], rows[below]
        place = below


@kernel
def scores(facts: Facts, rules: Rules, teachers: Ints, learners: Ints) -> Ints:
    """The score of each pair, or -1."""
    answers = np.full(len(teachers), -1, dtype=np.int32)
    for place in range(len(teachers)):
        teacher, learner = teachers[place], learners[place]
        if teacher == learner:
            continue
        rest = rest_points(facts.people, facts.quarters, rules, teacher, learner)
        if rest < 0:
            continue
        fit = best_fit(facts.held, facts.areas, facts.similar, teacher, learner)[0]
        if fit == 0:
            continue
        score = fit + choice_points(facts.teachers_chosen, teacher, learner) + rest
        if score >= rules.min_score and not are_apart(facts.apart, teacher, learner):
            answers[place] = score
    return answers


@kernel
def parts(facts: Facts, rules: Rules, teachers: Ints, learners: Ints) -> Ints:
    """One row a part, one column a pair."""
    answers = np.zeros((10, len(teachers)), dtype=np.int32)
    for place in range(len(teachers)):
        teacher, learner = teachers[place], learners[place]
        fit, topic, discreet = best_fit(facts.held, facts.areas, facts.similar, teacher, learner)
        answers[0, place] = fit
        if fit:
            answers[1, place] = choice_points(facts.teachers_chosen, teacher, learner)
        rest = rest_parts(facts.people, facts.quarters, rules, teacher, learner)
        answers[2, place], answers[3, place], answers[4, place], answers[5, place] = rest
        answers[6, place], answers[7, place] = topic, discreet
        answers[8, place] = clock_gap(facts.people, teacher, learner)
        answers[9, place] = shared_languages(facts.people, rules, teacher, learner)
    return answers
