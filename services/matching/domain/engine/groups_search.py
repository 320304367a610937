"""Groups by search: take a few apart, make better ones of whoever is free then, and keep what is not much worse.

After "ruin and recreate" of G. Schrimpf et al. (2000), with the prices of the bound to tell what is worth making: a
group counts for what its learners bring beyond their prices and beyond the price of the teacher's place.
"""

import numpy as np

from services.matching.domain.engine.compiled import kernel, tight
from services.matching.domain.engine.groups_net import (
    AFTER,
    CIRCLE,
    FIRST,
    HOST,
    JOIN_AFTER,
    JOIN_FIRST,
    LEARNER,
    OPEN_AFTER,
    OPEN_FIRST,
    PRICE,
    PROMISE,
    SCORE,
    VALUE,
    Net,
)
from services.matching.domain.engine.groups_seating import (
    AT,
    HEAD,
    MOVED,
    SIZE,
    Seating,
    convene,
    keep_changes,
    seat,
    take_back,
)
from services.matching.domain.engine.roster import NOBODY, Ints, Words

APART = 5
"""Groups taken apart in a step at most."""
TRIES = 20
HEAT = 2_000
"""By how many points a step may be worse at first."""
NEVER = 2**40


@kernel
def improve(net: Net, seating: Seating, chance: Words, first: int, after: int, steps: int) -> int:
    """Some of so many steps, which cool down to none; what they add. The first seat everybody once."""
    freed = np.empty(APART * net.maximum + 1, dtype=np.int32)
    group, kept = np.empty((net.maximum, 3), dtype=np.int32), np.empty((net.maximum, 3), dtype=np.int32)
    added = 0
    for step in range(first, after):
        change, count = 0, 0
        if step >= len(net.reached):
            change, count = _take_apart(net, seating, freed, chance)
            _shuffle(freed, count, chance)
        elif seating.learner[net.reached[step], AT] == NOBODY:
            freed[0] = net.reached[step]
            count = 1
        for place in range(count):
            room = len(seating.moves) - seating.rows[MOVED] > net.maximum
            if room and seating.learner[freed[place], AT] == NOBODY:
                change += _place(net, seating, freed[place], group, kept)
        if change < -_below(chance, HEAT * max(0, steps - step) // steps + 1):
            take_back(seating, net.maximum)
        else:
            added += change
            keep_changes(seating)
    return added


@tight
def _take_apart(net: Net, seating: Seating, freed: Ints, chance: Words) -> tuple[int, int]:
    """End a few groups that have to do with each other; what that adds (less than 0), and how many are free."""
    one = net.reached[_below(chance, len(net.reached))]
    groups = 1 + _below(chance, APART)
    change, count = 0, 0
    if seating.learner[one, AT] == NOBODY:
        freed[0] = one
        count = 1
    else:
        change, count = _end(net, seating, seating.learner[one, AT], freed, count)
        groups -= 1
    tries = TRIES
    while groups > 0 and tries > 0:
        tries -= 1
        other = freed[_below(chance, count)]
        mine = net.person[other]
        circle = net.join[mine[JOIN_FIRST] + _below(chance, mine[JOIN_AFTER] - mine[JOIN_FIRST]), CIRCLE]
        host, first, after = net.circle[circle, HOST], net.circle[circle, FIRST], net.circle[circle, AFTER]
        if _below(chance, 4) == 0:
            table = seating.first[host] + _below(chance, seating.first[host + 1] - seating.first[host])
        else:
            table = seating.learner[net.member[first + _below(chance, after - first), LEARNER], AT]
        if table != NOBODY and seating.table[table, CIRCLE] != NOBODY:
            lost, count = _end(net, seating, table, freed, count)
            change += lost
            groups -= 1
    return change, count


@tight
def _end(net: Net, seating: Seating, table: int, freed: Ints, count: int) -> tuple[int, int]:
    change = 0
    while seating.table[table, HEAD] != NOBODY:
        learner = seating.table[table, HEAD]
        freed[count] = learner
        count += 1
        change -= seating.learner[learner, SCORE]
        seat(seating, learner, NOBODY, 0)
    convene(seating, table, NOBODY, net.maximum)
    return change, count


@tight
def _place(net: Net, seating: Seating, learner: int, group: Ints, kept: Ints) -> int:
    """Seat a learner where that is worth most: in a group there is, or in a new one with others; what it adds."""
    mine = net.person[learner]
    best, circle, score, size = -int(mine[PRICE]), NOBODY, 0, -1
    for row in range(mine[JOIN_FIRST], mine[JOIN_AFTER]):
        if seating.seats[net.join[row, CIRCLE]] > 0:
            circle, score = net.join[row, CIRCLE], int(net.join[row, SCORE])
            best = score - mine[PRICE]
            break
    for row in range(mine[OPEN_FIRST], mine[OPEN_AFTER]):
        if net.open[row, PROMISE] <= best:
            break
        other = net.open[row, CIRCLE]
        host = net.circle[other, HOST]
        if _table_about(seating, host, NOBODY, 1) == NOBODY:
            continue
        value, count = _gather(net, seating, other, learner, group)
        value += net.open[row, SCORE] - mine[PRICE] - net.place[host]
        if value > best:
            best, circle, score, size = value, other, int(net.open[row, SCORE]), count
            group, kept = kept, group
    if circle == NOBODY:
        return 0
    added, host = score, net.circle[circle, HOST]
    if size < 0:
        table = _table_about(seating, host, circle, net.maximum)
    else:
        table = _table_about(seating, host, NOBODY, 1)
        convene(seating, table, circle, net.maximum)
        for place in range(size):
            added += kept[place, SCORE] - seating.learner[kept[place, LEARNER], SCORE]
            seat(seating, kept[place, LEARNER], table, kept[place, SCORE])
    seat(seating, learner, table, score)
    return added


@tight
def _gather(net: Net, seating: Seating, circle: int, learner: int, group: Ints) -> tuple[int, int]:
    """The best others for a new group with a learner, of who is free or can be spared: what they bring; how many.

    Fills `group` with them, their scores, and what each brings.
    """
    room, count = net.maximum - 1, 0
    for row in range(net.circle[circle, FIRST], net.circle[circle, AFTER]):
        other, score, value = net.member[row, LEARNER], net.member[row, SCORE], net.member[row, VALUE]
        if count >= net.minimum - 1 and (value <= 0 or (count == room and value <= group[room - 1, VALUE])):
            break
        if other == learner:
            continue
        table = seating.learner[other, AT]
        if table != NOBODY:
            if seating.table[table, SIZE] <= net.minimum or _comes_from(seating, group, count, table):
                continue
            value = score - seating.learner[other, SCORE]
            if count == room and value <= group[room - 1, VALUE]:
                continue
        place = min(count, room - 1)
        while place > 0 and group[place - 1, VALUE] < value:
            _put(group, place, group[place - 1, LEARNER], group[place - 1, SCORE], group[place - 1, VALUE])
            place -= 1
        _put(group, place, other, score, value)
        count = min(count + 1, room)
    if count < net.minimum - 1:
        return -NEVER, 0
    together, taken = 0, 0
    while taken < count and (taken < net.minimum - 1 or group[taken, VALUE] > 0):
        together += group[taken, VALUE]
        taken += 1
    return together, taken


@tight
def _put(group: Ints, place: int, learner: int, score: int, value: int) -> None:
    group[place, LEARNER], group[place, SCORE], group[place, VALUE] = learner, score, value


@tight
def _comes_from(seating: Seating, group: Ints, count: int, table: int) -> bool:
    """Whether one of the group is to leave this table already: a second might leave too few."""
    found = False
    for place in range(count):
        found |= seating.learner[group[place, LEARNER], AT] == table
    return found


@tight
def _table_about(seating: Seating, host: int, circle: int, most: int) -> int:
    """A table of a host about this (`NOBODY`: a free one) with fewer learners than `most`."""
    for table in range(seating.first[host], seating.first[host + 1]):
        if seating.table[table, CIRCLE] == circle and seating.table[table, SIZE] < most:
            return table
    return NOBODY


@tight
def _shuffle(people: Ints, count: int, chance: Words) -> None:
    for place in range(count - 1, 0, -1):
        other = _below(chance, place + 1)
        people[place], people[other] = people[other], people[place]


@tight
def _below(chance: Words, most: int) -> int:
    """A number below `most` (the generator splitmix64)."""
    chance[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = chance[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return int((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(33)) % most
