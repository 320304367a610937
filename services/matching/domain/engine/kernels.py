"""What the queries of the engine are made of: the score of `points` over packed columns, in machine code.

People are rows. A kernel takes the `Facts` of an index; anybody may write further kernels over them.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import count_ones, tight
from services.matching.domain.engine.roster import Flags, Ints, Longs, Shorts, Small, Words
from services.matching.domain.people import HIGHEST_LEVEL

LEVELS = HIGHEST_LEVEL + 1
ENOUGH_QUARTERS = 16
HALF_DAY, DAY = 720, 1440
HASH_BITS = 32
MADE_OF, KNOWN_TO, CLOCK, LANGUAGES = 0, 1, 2, 3
"""The words of a row of `Facts.people`: team and department; manager and self; clock and level; then bit sets."""
LOW = 0xFFFFFFFF
"""The lower half of a word that holds two numbers."""


class Rules(NamedTuple):
    """The terms of a policy as plain numbers: weights, flags (0 or 1) and bounds."""

    availability: int
    time_zone: int
    one_language: int
    language: int
    other_department: int
    manager_line: int
    same_team: int
    shared_language: int
    widest_gap: int
    band: int
    band_least: int
    band_most: int
    min_score: int
    language_words: int


class Postings(NamedTuple):
    """For each key, the rows `row[start[key]:start[key + 1]]`."""

    start: Longs
    row: Ints


class Held(NamedTuple):
    """What people teach: `start` by person, rows by competency."""

    start: Longs
    competency: Ints
    level: Small


class Areas(NamedTuple):
    """What people want: `start` by person, rows by competency; `worth[row, level]` is what a teacher brings to one."""

    start: Longs
    competency: Ints
    private: Flags
    importance: Small
    worth: Shorts
    owner: Ints


class Similar(NamedTuple):
    """For each competency others, and in per cent how far these serve it (or, the other way, it serves these)."""

    start: Longs
    other: Ints
    share: Small


class Chosen(NamedTuple):
    """For each person others, and what it is worth that the two chose each other."""

    start: Longs
    other: Ints
    points: Shorts


class Facts(NamedTuple):
    """Packed columns over N people and C competencies.

    `people` has a row of 64-bit words a person; the last words say when they are free, bit by bit, and a bit of word
    `i` stands for `quarters[i]` quarter hours. `teachers` has the people who teach competency `key // 6` at level
    `key % 6`; `wishes` has the growth areas for competency `key // 2`, public ones at even keys. `similar` has what
    serves a competency in part, `serves` what it serves. `teachers_chosen` is by learner, `learners_chosen` by teacher.
    """

    people: Longs
    quarters: Longs
    salt: Words
    teaching_places: Ints
    learning_places: Ints
    held: Held
    areas: Areas
    teachers: Postings
    wishes: Postings
    similar: Similar
    serves: Similar
    teachers_chosen: Chosen
    learners_chosen: Chosen
    apart: Postings


@tight
def rest_points(people: Longs, quarters: Longs, rules: Rules, teacher: int, learner: int) -> int:
    """All parts of a score but fit and choice, or -1 if a hard rule forbids the pair."""
    if breaks_rule(people, rules, teacher, learner):
        return -1
    availability, time_zone, language, department = rest_parts(people, quarters, rules, teacher, learner)
    return availability + time_zone + language + department


@tight
def breaks_rule(people: Longs, rules: Rules, teacher: int, learner: int) -> bool:
    """Whether a hard rule of the policy forbids the pair; whoever is apart by name is not looked up here."""
    return (
        clock_gap(people, teacher, learner) > rules.widest_gap
        or same_team(rules, people[teacher, MADE_OF], people[learner, MADE_OF])
        or same_line(rules, people[teacher, KNOWN_TO], people[learner, KNOWN_TO])
        or (rules.shared_language != 0 and not understand(people, rules, teacher, learner))
        or (rules.band != 0 and out_of_band(people, rules, teacher, learner))
    )


@tight
def same_team(rules: Rules, one: int, other: int) -> bool:
    """Whether two words of team and department name one team, and that counts."""
    return rules.same_team != 0 and one >> 32 != 0 and one >> 32 == other >> 32


@tight
def same_line(rules: Rules, one: int, other: int) -> bool:
    """Whether of two words of manager and self one is the other's manager, and that counts."""
    return rules.manager_line != 0 and (one >> 32 == other & LOW or other >> 32 == one & LOW)


@tight
def out_of_band(people: Longs, rules: Rules, teacher: int, learner: int) -> bool:
    """Whether the levels of the two are not known or outside the band."""
    level, other_level = int(people[teacher, CLOCK] & 0xFFFF), int(people[learner, CLOCK] & 0xFFFF)
    below = level - other_level
    return level == 0 or other_level == 0 or below < rules.band_least or below > rules.band_most


@tight
def near_points(people: Longs, rules: Rules, one: int, other: int) -> int:
    """What clocks and languages add, or -1 if they forbid a pair."""
    gap = clock_gap(people, one, other)
    if gap > rules.widest_gap or (rules.shared_language != 0 and not understand(people, rules, one, other)):
        return -1
    shared = shared_languages(people, rules, one, other)
    language = 0 if shared == 0 else rules.one_language if shared == 1 else rules.language
    return rules.time_zone * (HALF_DAY - gap) // HALF_DAY + language


@tight
def rest_parts(people: Longs, quarters: Longs, rules: Rules, teacher: int, learner: int) -> tuple[int, int, int, int]:
    """What availability, time zone, language and other department add."""
    time_zone = rules.time_zone * (HALF_DAY - clock_gap(people, teacher, learner)) // HALF_DAY
    shared = shared_languages(people, rules, teacher, learner)
    language = 0 if shared == 0 else rules.one_language if shared == 1 else rules.language
    department, other_department = people[teacher, MADE_OF] & LOW, people[learner, MADE_OF] & LOW
    differ = department * other_department != 0 and department != other_department
    free = 0
    first = LANGUAGES + rules.language_words
    for word in range(len(quarters)):
        free += quarters[word] * count_ones(people[teacher, first + word] & people[learner, first + word])
        if free >= ENOUGH_QUARTERS:
            free = ENOUGH_QUARTERS
            break
    return rules.availability * free // ENOUGH_QUARTERS, time_zone, language, rules.other_department if differ else 0


@tight
def clock_gap(people: Longs, one: int, other: int) -> int:
    """Minutes between two clocks, the short way round the day."""
    gap = abs(int(people[one, CLOCK] >> 16) - int(people[other, CLOCK] >> 16)) % DAY
    return min(gap, DAY - gap)


@tight
def shared_languages(people: Longs, rules: Rules, one: int, other: int) -> int:
    """Languages in common."""
    shared = 0
    for word in range(LANGUAGES, LANGUAGES + rules.language_words):
        shared += count_ones(people[one, word] & people[other, word])
    return shared


@tight
def understand(people: Longs, rules: Rules, one: int, other: int) -> bool:
    """Whether the two share a language, or one of them stated none."""
    stated = other_stated = 0
    for word in range(LANGUAGES, LANGUAGES + rules.language_words):
        if people[one, word] & people[other, word] != 0:
            return True
        stated |= people[one, word]
        other_stated |= people[other, word]
    return stated == 0 or other_stated == 0


@tight
def pair_hash(salt: Words, one: int, other: int) -> int:
    """31 bits that decide between pairs of equal scores; the same for a pair and for its reverse."""
    return mixed(salt[one], salt[other])


@tight
def mixed(one: np.uint64, other: np.uint64) -> int:
    """31 bits of two salts."""
    both = one * other + (one ^ other)
    both = (both ^ (both >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return int(np.int64(both >> np.uint64(33)))


@tight
def are_apart(apart: Postings, one: int, other: int) -> bool:
    """Whether the two are not to meet."""
    found = False
    for place in range(apart.start[one], apart.start[one + 1]):
        found |= apart.row[place] == other
    return found


@tight
def choice_points(teachers_chosen: Chosen, teacher: int, learner: int) -> int:
    """What it is worth that the two chose each other."""
    for place in range(teachers_chosen.start[learner], teachers_chosen.start[learner + 1]):
        if teachers_chosen.other[place] == teacher:
            return int(teachers_chosen.points[place])
    return 0


@tight
def level_of(held: Held, person: int, competency: int) -> int:
    """The level at which somebody teaches a competency; 0 if they do not."""
    for row in range(held.start[person], held.start[person + 1]):
        if held.competency[row] == competency:
            return int(held.level[row])
    return 0


@tight
def area_points(held: Held, areas: Areas, similar: Similar, row: int, teacher: int) -> int:
    """What a teacher brings to a growth area, by what they hold of it or of something similar."""
    competency = areas.competency[row]
    most = int(areas.worth[row, level_of(held, teacher, competency)])
    for near in range(similar.start[competency], similar.start[competency + 1]):
        level = level_of(held, teacher, similar.other[near])
        most = max(most, int(areas.worth[row, level]) * similar.share[near] // 100)
    return most


@tight
def best_fit(held: Held, areas: Areas, similar: Similar, teacher: int, learner: int) -> tuple[int, int, int]:
    """The points of fit, the row of the growth area that is the topic (-1: none), and 1 if it is discreet."""
    total, most, topic, secret_most, secret_topic = 0, 0, -1, 0, -1
    for row in range(areas.start[learner], areas.start[learner + 1]):
        points = area_points(held, areas, similar, row, teacher)
        if points == 0:
            continue
        if areas.private[row]:
            if _comes_first(areas.importance, row, points, secret_topic, secret_most):
                secret_most, secret_topic = points, row
        else:
            total += points
            if _comes_first(areas.importance, row, points, topic, most):
                most, topic = points, row
    if secret_most > total:
        return secret_most, secret_topic, 1
    return total, topic, 0


@tight
def _comes_first(importance: Small, row: int, points: int, best: int, most: int) -> bool:
    return points > most or (points == most and importance[row] > importance[best])
