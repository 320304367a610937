"""The reasons of a proposal, stored once for all its readers: codes with points that add up to the score, and facts.

    code              facts
    fit               track; of a further growth area than the track's own: competency_id and label; where the teacher
                      does not bring all of it: gain and wanted (levels), or held (the label of what is similar)
    choice            owner (who chose) and track; or, for a single track, `of` alone: the most that choices may add
    availability      minutes free in common, and `of`
    time_zone         gaps between the clocks in minutes
    language          shared: how many languages in common, and `of`
    other_department  none

The first track is not written; a value that is the same for all tracks is written once. No fact tells of a private
growth area: what a track is about stands with the track alone. What somebody chose is for its owner alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

from services.matching.domain.engine.points import ENOUGH_MINUTES, WIDEST_GAP, language_points
from services.matching.domain.policy import Weights

Facts = Mapping[str, Any]
NO_FACTS: Facts = {}


class ReasonCode(StrEnum):
    """What speaks for a proposal."""

    FIT = "fit"
    CHOICE = "choice"
    AVAILABILITY = "availability"
    TIME_ZONE = "time_zone"
    LANGUAGE = "language"
    OTHER_DEPARTMENT = "other_department"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a proposal's score, and what its words are made of."""

    code: str
    points: int
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """What speaks for one track: points and facts of growth areas, its own first; points by who chose; how near."""

    areas: Sequence[tuple[int, Facts]]
    choices: Sequence[tuple[str, int]]
    minutes: int
    gap: int
    shared_languages: int
    other_department: int


def reasons_of(
    tracks: Sequence[Measured], weights: Weights, *, one_subject: bool = False, choices_count: bool = True
) -> tuple[Reason, ...]:
    """The reasons of a proposal; each part is the mean over its tracks, rounded down.

    Tracks with `one_subject`, as in a group, have one fit together. Where people's choices count, another choice would
    change the score.
    """
    open_choice = choices_count and len(tracks) == 1 and weights.choice > 0 and tracks[0].areas[0][0] > 0
    return (
        *_fit(tracks, one_subject=one_subject),
        *_choices(tracks),
        *([_open_choice(weights.choice)] if open_choice else []),
        *_closeness(tracks, weights),
    )


def score_of(reasons: Iterable[Reason]) -> int:
    """The score that the reasons add up to."""
    return sum(reason.points for reason in reasons)


def stored(reasons: Iterable[Reason]) -> list[list[Any]]:
    """The compact form in which reasons are kept."""
    return [[reason.code, reason.points, reason.facts] for reason in reasons]


def restored(rows: Iterable[Sequence[Any]]) -> list[Reason]:
    """The reasons of the compact form."""
    return [Reason(code, points, facts) for code, points, facts in rows]


def availability_points(weight: int, minutes: int) -> int:
    """What time in common adds, up to the point at which more does not matter."""
    return weight * min(minutes, ENOUGH_MINUTES) // ENOUGH_MINUTES


def mean(points: Sequence[int]) -> int:
    """The mean over the tracks, rounded down."""
    return sum(points) // len(points)


def _fit(tracks: Sequence[Measured], *, one_subject: bool) -> Iterator[Reason]:
    if len(tracks) == 1:
        for points, facts in tracks[0].areas:
            yield Reason(ReasonCode.FIT, points, facts)
    elif one_subject:
        yield Reason(ReasonCode.FIT, mean([points for track in tracks for points, _ in track.areas]))
    else:
        pieces = [(points, facts, number) for number, track in enumerate(tracks) for points, facts in track.areas]
        for (_, facts, number), points in zip(pieces, _shares([one[0] for one in pieces], len(tracks)), strict=True):
            yield Reason(ReasonCode.FIT, points, _of_track(number, facts))


def _choices(tracks: Sequence[Measured]) -> Iterator[Reason]:
    pieces = [(points, owner, number) for number, track in enumerate(tracks) for owner, points in track.choices]
    for (_, owner, number), points in zip(pieces, _shares([one[0] for one in pieces], len(tracks)), strict=True):
        yield Reason(ReasonCode.CHOICE, points, _of_track(number, {"owner": owner}))


def _closeness(tracks: Sequence[Measured], weights: Weights) -> Iterator[Reason]:
    if weights.availability:
        yield _availability(weights.availability, tuple([track.minutes for track in tracks]))
    if weights.time_zone:
        yield _time_zone(weights.time_zone, tuple([track.gap for track in tracks]))
    if weights.language:
        yield _language(weights.language, tuple([track.shared_languages for track in tracks]))
    if points := mean([track.other_department for track in tracks]):
        yield _other_department(points)


# These are few and alike over many proposals, so each is made once.
@lru_cache(maxsize=65_536)
def _availability(weight: int, minutes: tuple[int, ...]) -> Reason:
    points = mean([availability_points(weight, shared) for shared in minutes])
    return Reason(ReasonCode.AVAILABILITY, points, {"minutes": _once(minutes), "of": weight})


@lru_cache(maxsize=65_536)
def _time_zone(weight: int, gaps: tuple[int, ...]) -> Reason:
    points = mean([weight * (WIDEST_GAP - gap) // WIDEST_GAP for gap in gaps])
    return Reason(ReasonCode.TIME_ZONE, points, {"gaps": _once(gaps)})


@lru_cache(maxsize=65_536)
def _language(weight: int, shared: tuple[int, ...]) -> Reason:
    points = mean([language_points(weight, number) for number in shared])
    return Reason(ReasonCode.LANGUAGE, points, {"shared": _once(shared), "of": weight})


@lru_cache
def _other_department(points: int) -> Reason:
    return Reason(ReasonCode.OTHER_DEPARTMENT, points, NO_FACTS)


@lru_cache
def _open_choice(weight: int) -> Reason:
    return Reason(ReasonCode.CHOICE, 0, {"of": weight})


def _shares(points: Sequence[int], tracks: int) -> list[int]:
    """What each piece of a part adds to the mean over the tracks; they add up to that mean, rounded down, exactly.

    Each gets the difference that it makes to the mean of all up to it, as a line is drawn on a grid.
    """
    if tracks == 1:
        return list(points)
    return [after // tracks - before // tracks for before, after in pairwise(accumulate(points, initial=0))]


def _once(values: tuple[int, ...]) -> tuple[int, ...]:
    return values[:1] if len(set(values)) == 1 else values


def _of_track(number: int, facts: Facts) -> Facts:
    return {"track": number, **facts} if number else facts
