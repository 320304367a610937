"""The score of `points` and the hard rules of `rules`, over arrays of pairs: the same integers, thousands at a time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.arrays import Arrays, Integers, Mask, Words
from services.matching.domain.engine.closeness import MINUTES_A_DAY, QUARTER
from services.matching.domain.engine.plain_points import (
    AVAILABILITY,
    BREADTH,
    ENOUGH_MINUTES,
    LANGUAGE,
    ONE_LANGUAGE,
    POINTS_A_FURTHER_AREA,
    TIME_ZONE,
    WIDEST_GAP,
)
from services.matching.domain.engine.rules import HardRules

LANGUAGE_POINTS = np.array([0, ONE_LANGUAGE, LANGUAGE], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that a run may propose, with their scores: one column each."""

    teachers: Integers
    learners: Integers
    scores: Integers

    def __len__(self) -> int:
        return len(self.scores)

    def where(self, keep: Mask | Integers) -> "Edges":
        """The edges that a mask or a list of positions keeps."""
        return Edges(self.teachers[keep], self.learners[keep], self.scores[keep])


def join(parts: list[Edges]) -> Edges:
    """All edges of some blocks."""
    empty = np.empty(0, dtype=np.int64)
    return Edges(
        np.concatenate([empty, *(part.teachers for part in parts)]),
        np.concatenate([empty, *(part.learners for part in parts)]),
        np.concatenate([empty, *(part.scores for part in parts)]),
    )


def allowed(arrays: Arrays, rules: HardRules, one: Integers, other: Integers) -> Mask:
    """Which pairs no hard rule forbids, and nobody asked to keep apart."""
    keep: Mask = one != other
    if rules.exclude_manager_line:
        keep &= (arrays.manager[one] != other) & (arrays.manager[other] != one)
    if rules.exclude_same_team:
        keep &= (arrays.team[one] != arrays.team[other]) | (arrays.team[one] < 0)
    if rules.require_shared_language:
        both_state = arrays.states_language[one] & arrays.states_language[other]
        keep &= (_shared_bits(arrays.languages, one, other) > 0) | ~both_state
    if rules.max_time_zone_gap_hours is not None:
        keep &= _gaps(arrays, one, other) <= rules.max_time_zone_gap_hours * 60
    if len(arrays.apart):
        keys = one * arrays.size + other
        places = np.minimum(np.searchsorted(arrays.apart, keys), len(arrays.apart) - 1)
        keep &= arrays.apart[places] != keys
    return keep


def closeness_points(arrays: Arrays, one: Integers, other: Integers) -> Integers:
    """The parts that are the same in both directions: availability, time zone and language."""
    minutes = np.minimum(_shared_bits(arrays.free, one, other) * QUARTER, ENOUGH_MINUTES)
    shared = np.minimum(_shared_bits(arrays.languages, one, other), 2)
    time_zone = TIME_ZONE * (WIDEST_GAP - _gaps(arrays, one, other)) // WIDEST_GAP
    points: Integers = AVAILABILITY * minutes // ENOUGH_MINUTES + LANGUAGE_POINTS[shared] + time_zone
    return points


def further_points(helped: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """What further growth areas add beside the best one of a direction."""
    points: npt.NDArray[np.int16] = np.minimum(BREADTH, POINTS_A_FURTHER_AREA * np.maximum(0, helped - 1))
    return points


def pair_hashes(arrays: Arrays, one: Integers, other: Integers) -> Words:
    """A number for each pair that depends on the two ids and the seed alone, to break ties without favour."""
    mixed: Words = arrays.hashes[one] + arrays.hashes[other]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _gaps(arrays: Arrays, one: Integers, other: Integers) -> Integers:
    gaps = np.abs(arrays.utc_offset[one] - arrays.utc_offset[other]) % MINUTES_A_DAY
    result: Integers = np.minimum(gaps, MINUTES_A_DAY - gaps)
    return result


def _shared_bits(table: Words, one: Integers, other: Integers) -> Integers:
    shared: Integers = np.bitwise_count(table[one] & table[other]).sum(axis=1, dtype=np.int64)
    return shared
