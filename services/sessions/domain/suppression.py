"""Figures of a program that say nothing about few people.

A cell about fewer people than the organization's minimum is hidden. Because the total of a split is shown, what is
hidden in it can be worked out by subtraction; so whenever a split hides anybody, its smallest other cell is hidden
too, and the difference is again about enough people.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_MIN_GROUP_SIZE = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and how many different people it is about."""

    value: float | None
    people: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it leaves: with its value, or suppressed."""

    value: float | None
    suppressed: bool


HIDDEN = Shown(None, suppressed=True)


def shown(cell: Cell, min_group_size: int) -> Shown:
    """One figure, hidden if it is about too few."""
    return Shown(cell.value, suppressed=False) if cell.people >= min_group_size else HIDDEN


def shown_split(cells: Mapping[str, Cell], min_group_size: int) -> dict[str, Shown]:
    """The cells into which a shown total is split, so that no difference is about too few."""
    hidden = {name for name, cell in cells.items() if cell.people < min_group_size}
    rest = [name for name in cells if name not in hidden]
    if rest and any(cells[name].people for name in hidden):
        hidden.add(min(rest, key=lambda name: (cells[name].people, name)))
    return {name: HIDDEN if name in hidden else Shown(cell.value, suppressed=False) for name, cell in cells.items()}


def shown_if(cell: Cell, basis: Shown, min_group_size: int) -> Shown:
    """A figure from which another could be worked out: hidden with it."""
    return HIDDEN if basis.suppressed else shown(cell, min_group_size)
