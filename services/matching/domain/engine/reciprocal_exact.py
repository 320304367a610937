"""The best pairing of a few hundred people, exactly.

J. Edmonds, "Maximum matching and a polyhedron with 0,1-vertices" (1965), in the dense O(n^3) form that Z. Galil,
"Efficient algorithms for finding maximum matching in graphs" (1986), describes: alternating trees grow from all single
people at once; an odd cycle shrinks to one node (a blossom); prices move until an edge is worth its two ends, a blossom
opens, or staying single costs nothing.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

UNREACHED, EVEN, ODD = -1, 0, 1
"""How far a node is from the root of its tree, in steps."""
NODES, HEAD, TAIL, WALK = 0, 1, 2, 3
"""What `counts` holds: nodes in use, the bounds of the queue, and the number of the latest walk to the roots."""
ENDLESS = 2**60


class Forest(NamedTuple):
    """People are the nodes below n, blossoms the others, 2 n at most.

    `weight[x, y]` is the best edge between two nodes (0: none) and `end[x, y]` the person in x that it ends at.
    `price` is twice the dual value of a node. `mate` is the person whom a node is matched to, `top` the outermost node
    around it, `parent` the person in its parent through whom it was reached, `near` the person in an even node with the
    least slack to it. A blossom has `petals` nodes, `petal` in the order of the cycle from its base;
    `holder[b, person]` is the one with that person.
    """

    weight: Longs
    end: Longs
    price: Longs
    mate: Longs
    top: Longs
    label: Longs
    parent: Longs
    near: Longs
    seen: Longs
    petals: Longs
    petal: Longs
    holder: Longs
    queue: Longs
    stack: Longs
    counts: Longs


def best_pairing(weight: Longs) -> Ints:
    """The mate of each of n people (or `NOBODY`) in a pairing of the highest total; a weight of 0 is no edge."""
    people = len(weight)
    if not people:
        return np.empty(0, dtype=np.int32)
    forest = _plant(weight)
    while _augment_once(forest, people):
        pass
    return forest.mate[:people].astype(np.int32)


def _plant(weight: Longs) -> Forest:
    people = len(weight)
    size = 2 * people
    edges = np.zeros((size, size), dtype=np.int64)
    edges[:people, :people] = weight
    end = np.zeros((size, size), dtype=np.int64)
    end[:people, :people] = np.arange(people, dtype=np.int64)[:, np.newaxis]
    holder = np.full((size, people), NOBODY, dtype=np.int64)
    holder[np.arange(people), np.arange(people)] = np.arange(people)
    top = np.full(size, NOBODY, dtype=np.int64)
    top[:people] = np.arange(people)
    price = np.zeros(size, dtype=np.int64)
    price[:people] = weight.max()
    return Forest(
        weight=edges,
        end=end,
        price=price,
        mate=np.full(size, NOBODY, dtype=np.int64),
        top=top,
        label=np.full(size, UNREACHED, dtype=np.int64),
        parent=np.full(size, NOBODY, dtype=np.int64),
        near=np.full(size, NOBODY, dtype=np.int64),
        seen=np.zeros(size, dtype=np.int64),
        petals=np.zeros(size, dtype=np.int64),
        petal=np.zeros((size, people), dtype=np.int64),
        holder=holder,
        queue=np.zeros(size, dtype=np.int64),
        stack=np.zeros(4 * size, dtype=np.int64),
        counts=np.array([people, 0, 0, 0], dtype=np.int64),
    )


@kernel
def _augment_once(f: Forest, people: int) -> bool:
    """Match two more people, or one instead of another; False when that gains nothing any more."""
    _replant(f, people)
    if f.counts[HEAD] == f.counts[TAIL]:
        return False
    while True:
        if _search(f, people):
            return True
        step = _step(f, people)
        if not _reprice(f, people, step):
            return False
        f.counts[HEAD] = f.counts[TAIL] = 0
        for node in range(f.counts[NODES]):
            near = f.near[node]
            tight = f.top[node] == node and near != NOBODY and f.top[near] != node and _slack(f, near, node) == 0
            if tight and _join(f, people, near, node):
                return True
        for node in range(people, f.counts[NODES]):
            if f.top[node] == node and f.label[node] == ODD and f.price[node] == 0:
                _open(f, people, node)


@kernel
def _replant(f: Forest, people: int) -> None:
    """Every node that is single becomes the root of a tree."""
    f.counts[HEAD] = f.counts[TAIL] = 0
    for node in range(f.counts[NODES]):
        f.label[node], f.near[node] = UNREACHED, NOBODY
    for node in range(f.counts[NODES]):
        if f.top[node] == node and f.mate[node] == NOBODY:
            f.parent[node], f.label[node] = NOBODY, EVEN
            _enqueue(f, people, node)


@kernel
def _search(f: Forest, people: int) -> bool:
    """Reach on from everybody queued along edges without slack; True when that augmented the matching."""
    while f.counts[HEAD] < f.counts[TAIL]:
        person = f.queue[f.counts[HEAD]]
        f.counts[HEAD] += 1
        if f.label[f.top[person]] == ODD:
            continue
        for other in range(people):
            if f.weight[person, other] == 0 or f.top[person] == f.top[other]:
                continue
            if _slack(f, person, other) == 0:
                if _join(f, people, person, other):
                    return True
            else:
                _note_near(f, person, f.top[other])
    return False


@kernel
def _step(f: Forest, people: int) -> int:
    """By how much prices can move before something happens."""
    step = ENDLESS
    for node in range(people):
        if f.label[f.top[node]] == EVEN:
            step = min(step, f.price[node])
    for node in range(f.counts[NODES]):
        if f.top[node] != node:
            continue
        if node >= people and f.label[node] == ODD:
            step = min(step, f.price[node] // 2)
        if f.near[node] != NOBODY and f.label[node] == UNREACHED:
            step = min(step, _slack(f, f.near[node], node))
        if f.near[node] != NOBODY and f.label[node] == EVEN:
            step = min(step, _slack(f, f.near[node], node) // 2)
    return step


@kernel
def _reprice(f: Forest, people: int, step: int) -> bool:
    """Move prices by a step; False when being single now costs nothing, which ends the search."""
    free = False
    for person in range(people):
        label = f.label[f.top[person]]
        if label == EVEN:
            f.price[person] -= step
            free = free or f.price[person] == 0
        elif label == ODD:
            f.price[person] += step
    for node in range(people, f.counts[NODES]):
        if f.top[node] == node and f.label[node] == EVEN:
            f.price[node] += 2 * step
        elif f.top[node] == node and f.label[node] == ODD:
            f.price[node] -= 2 * step
    return not free


@kernel
def _join(f: Forest, people: int, person: int, other: int) -> bool:
    """Use an edge without slack from somebody in an even node; True when it joins two trees, which are rematched."""
    here, there = f.top[person], f.top[f.end[other, person]]
    if f.label[there] == UNREACHED:
        beyond = f.top[f.mate[there]]
        f.parent[there], f.label[there] = f.end[person, other], ODD
        f.near[there] = f.near[beyond] = NOBODY
        f.label[beyond] = EVEN
        _enqueue(f, people, beyond)
    elif f.label[there] == EVEN:
        base = _meeting(f, here, there)
        if base == NOBODY:
            _rematch(f, here, there)
            _rematch(f, there, here)
            return True
        _shrink(f, people, here, base, there)
    return False


@kernel
def _meeting(f: Forest, one: int, other: int) -> int:
    """The even node at which the ways of two even nodes to their roots meet, or NOBODY."""
    f.counts[WALK] += 1
    while one != NOBODY or other != NOBODY:
        if one != NOBODY:
            if f.seen[one] == f.counts[WALK]:
                return one
            f.seen[one] = f.counts[WALK]
            one = _grandparent(f, one)
        one, other = other, one
    return NOBODY


@kernel
def _grandparent(f: Forest, node: int) -> int:
    """The even node above an even node, or NOBODY above a root."""
    if f.mate[node] == NOBODY:
        return NOBODY
    above: int = f.top[f.parent[f.top[f.mate[node]]]]
    return above


@kernel
def _rematch(f: Forest, node: int, partner: int) -> None:
    """Match an even node to a partner, and all matched pairs on its way to the root the other way round."""
    while True:
        left = NOBODY if f.mate[node] == NOBODY else f.top[f.mate[node]]
        _match(f, node, partner)
        if left == NOBODY:
            return
        above = f.top[f.parent[left]]
        _match(f, left, above)
        node, partner = above, left


@kernel
def _match(f: Forest, node: int, partner: int) -> None:
    """Match a node to a partner; inside a blossom the pairs shift so that its base is where the edge ends."""
    people = f.holder.shape[1]
    f.stack[0], f.stack[1], waiting = node, partner, 2
    while waiting > 0:
        waiting -= 2
        node, partner = f.stack[waiting], f.stack[waiting + 1]
        f.mate[node] = f.end[partner, node]
        if node < people:
            continue
        base = f.holder[node, f.end[node, partner]]
        place = _turn_even(f, node, base)
        for index in range(place):
            f.stack[waiting], f.stack[waiting + 1] = f.petal[node, index], f.petal[node, index ^ 1]
            waiting += 2
        f.stack[waiting], f.stack[waiting + 1] = base, partner
        waiting += 2
        _reverse(f, node, 0, place)
        _reverse(f, node, place, f.petals[node])
        _reverse(f, node, 0, f.petals[node])


@kernel
def _turn_even(f: Forest, blossom: int, petal: int) -> int:
    """How many steps from its base a petal is, an even number: the cycle is turned round if need be."""
    size: int = f.petals[blossom]
    place = 0
    while f.petal[blossom, place] != petal:
        place += 1
    if place % 2 == 0:
        return place
    _reverse(f, blossom, 1, size)
    return size - place


@kernel
def _reverse(f: Forest, blossom: int, first: int, last: int) -> None:
    """Turn round the part of a cycle from `first` to before `last`."""
    last -= 1
    while first < last:
        f.petal[blossom, first], f.petal[blossom, last] = f.petal[blossom, last], f.petal[blossom, first]
        first += 1
        last -= 1


@kernel
def _shrink(f: Forest, people: int, one: int, base: int, other: int) -> None:
    """Make a blossom of the odd cycle that an edge between two even nodes closes."""
    blossom = people
    while blossom < f.counts[NODES] and f.top[blossom] != NOBODY:
        blossom += 1
    f.counts[NODES] = max(f.counts[NODES], blossom + 1)
    f.price[blossom], f.label[blossom], f.mate[blossom] = 0, EVEN, f.mate[base]
    f.parent[blossom] = f.parent[base]
    f.petal[blossom, 0] = base
    size = _climb(f, people, blossom, one, base, 1)
    _reverse(f, blossom, 1, size)
    size = _climb(f, people, blossom, other, base, size)
    f.petals[blossom] = size
    f.top[blossom] = blossom
    for node in range(f.counts[NODES]):
        f.weight[blossom, node] = f.weight[node, blossom] = 0
    for person in range(people):
        f.holder[blossom, person] = NOBODY
    for index in range(size):
        petal = f.petal[blossom, index]
        _set_top(f, people, petal, blossom)
        for node in range(f.counts[NODES]):
            if f.weight[petal, node] > 0 and (
                f.weight[blossom, node] == 0 or _slack(f, petal, node) < _slack(f, blossom, node)
            ):
                f.weight[blossom, node] = f.weight[node, blossom] = f.weight[petal, node]
                f.end[blossom, node], f.end[node, blossom] = f.end[petal, node], f.end[node, petal]
        for person in range(people):
            if f.holder[petal, person] != NOBODY:
                f.holder[blossom, person] = petal
    _find_near(f, people, blossom)


@kernel
def _climb(f: Forest, people: int, blossom: int, node: int, base: int, size: int) -> int:
    """Add the nodes from one end of the closing edge up to the base; what was odd is even now."""
    while node != base:
        above = f.top[f.mate[node]]
        f.petal[blossom, size], f.petal[blossom, size + 1] = node, above
        size += 2
        _enqueue(f, people, above)
        node = f.top[f.parent[above]]
    return size


@kernel
def _open(f: Forest, people: int, blossom: int) -> None:
    """Dissolve an odd blossom whose price is 0: the even way round stays in the tree, the rest falls out of it."""
    size = f.petals[blossom]
    for index in range(size):
        _set_top(f, people, f.petal[blossom, index], f.petal[blossom, index])
    entry = f.holder[blossom, f.end[blossom, f.parent[blossom]]]
    place = _turn_even(f, blossom, entry)
    for index in range(0, place, 2):
        odd, even = f.petal[blossom, index], f.petal[blossom, index + 1]
        f.parent[odd] = f.end[even, odd]
        f.label[odd], f.label[even] = ODD, EVEN
        f.near[odd] = NOBODY
        _find_near(f, people, even)
        _enqueue(f, people, even)
    f.label[entry], f.parent[entry] = ODD, f.parent[blossom]
    for index in range(place + 1, size):
        node = f.petal[blossom, index]
        f.label[node] = UNREACHED
        _find_near(f, people, node)
    f.top[blossom] = NOBODY


@kernel
def _set_top(f: Forest, people: int, node: int, top: int) -> None:
    f.top[node] = top
    for person in range(people):
        if f.holder[node, person] != NOBODY:
            f.top[person] = top


@kernel
def _enqueue(f: Forest, people: int, node: int) -> None:
    for person in range(people):
        if f.holder[node, person] != NOBODY:
            f.queue[f.counts[TAIL]] = person
            f.counts[TAIL] += 1


@kernel
def _find_near(f: Forest, people: int, node: int) -> None:
    f.near[node] = NOBODY
    for person in range(people):
        if f.weight[person, node] > 0 and f.top[person] != node and f.label[f.top[person]] == EVEN:
            _note_near(f, person, node)


@kernel
def _note_near(f: Forest, person: int, node: int) -> None:
    if f.near[node] == NOBODY or _slack(f, person, node) < _slack(f, f.near[node], node):
        f.near[node] = person


@kernel
def _slack(f: Forest, one: int, other: int) -> int:
    slack: int = f.price[f.end[one, other]] + f.price[f.end[other, one]] - 2 * f.weight[one, other]
    return slack
