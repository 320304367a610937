"""The people of a round as columns, in the canonical order of their ids; row numbers are positions in it.

Competencies are numbered in the order of their ids, teams, departments and languages in the order of their names, so
the same facts make the same columns whatever order they were read in. No column holds a personal trait.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Small = npt.NDArray[np.int8]
Shorts = npt.NDArray[np.int16]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1
"""In a column of rows or numbers: none, or not known."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """What people teach, willing ones only: rows `start[person]` to `start[person + 1]`, by competency."""

    start: Longs
    competency: Ints
    level: Small


@dataclass(frozen=True, slots=True)
class GrowthAreas:
    """What people want to learn: rows `start[person]` to `start[person + 1]`, by competency."""

    start: Longs
    competency: Ints
    current: Small
    target: Small
    importance: Small
    private: Flags


@dataclass(frozen=True, slots=True)
class Similarity:
    """Who wants competency `c` is served in part by who holds one of `other[start[c]:start[c + 1]]`.

    `share` is that part, in per cent, below 100.
    """

    start: Longs
    other: Ints
    share: Small


@dataclass(frozen=True, slots=True)
class Roster:
    """N people. `free` and `languages` are bit sets in words of 64; `hashes` come of the ids alone."""

    ids: tuple[str, ...]
    competency_ids: tuple[str, ...]
    hashes: Words
    manager: Ints
    team: Ints
    department: Ints
    level: Shorts
    utc_offset: Shorts
    languages: Words
    free: Words
    strengths: Strengths
    growth_areas: GrowthAreas
    similarity: Similarity

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.ids)


def last_to_name(roster: Roster) -> list[str]:
    """Of each competency the last person, in the order of their ids, who teaches or wants it; each person once."""
    last = np.full(len(roster.competency_ids), NOBODY, dtype=np.int64)
    for named in (roster.strengths, roster.growth_areas):
        np.maximum.at(last, named.competency, np.repeat(np.arange(roster.size), np.diff(named.start)))
    return [roster.ids[row] for row in np.unique(last)]
