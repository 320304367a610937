"""How much of a competency somebody knows who holds one close to it.

One step alone counts, and never as much as the competency itself: a broader or narrower one shares most of its ground,
a related one stands beside it. The shares are this product's judgement; no study was found that measures them.
"""

from collections.abc import Iterable, Iterator

BROADER_SHARE = 60
RELATED_SHARE = 40
"""Per cent of what the competency itself would bring."""


def shares(relations: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    """By who wants the first competency and who holds the second, to which share they are helped."""
    found: dict[tuple[str, str], int] = {}
    for competency_id, other_id, kind in relations:
        share = BROADER_SHARE if kind == "broader" else RELATED_SHARE
        for pair in ((competency_id, other_id), (other_id, competency_id)):
            found[pair] = max(share, found.get(pair, 0))
    return found


def similar(relations: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, int]]:
    """The same in order: who wants, who holds, and the share; each pair once."""
    return ((wanted, held, share) for (wanted, held), share in sorted(shares(relations).items()))
