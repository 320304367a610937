"""Measures tracks in bulk: what each growth area and each choice brings to them, and how near the people are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.kernels import LEVELS, Areas, Held, Similar, level_of
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import Parts, pair_parts
from services.matching.domain.engine.roster import NOBODY, Flags, GrowthAreas, Ints, Longs, Shorts
from services.matching.domain.policy import CHOICES
from services.matching.domain.reasons import NO_FACTS, Facts, Measured


@dataclass(frozen=True, slots=True)
class MeasuredTracks:
    """One row a track: its score, the competency that it is about, whether that is private, and what speaks for it."""

    scores: Ints
    subjects: list[str]
    discreet: list[bool]
    tracks: list[Measured]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What growth areas bring: rows `start[i]` to `start[i + 1]` are of track `i`, the one that it is about first."""

    start: Longs
    area: Ints
    held: Ints
    level: Ints
    points: Ints


def measure(
    index: Index, teachers: Ints, learners: Ints, competency: Ints, labels: Mapping[str, str]
) -> MeasuredTracks:
    """The tracks about one `competency` alone, as in a group, or (-1) about what the two fit best; all are feasible.

    `labels` has the name of every competency that growth areas and strengths of these people mention.
    """
    problem, parts = index.problem, pair_parts(index, teachers, learners)
    chosen = np.flatnonzero(competency != NOBODY)
    topic, alone, discreet = parts.topic.copy(), parts.discreet.copy(), parts.discreet.copy()
    topic[chosen] = _areas_for(problem, learners[chosen], competency[chosen])
    alone[chosen], discreet[chosen] = True, False
    facts = index.facts
    worth_alone = _worth_alone(problem) if len(chosen) else facts.areas.worth
    asked = (teachers, learners, topic, alone, competency != NOBODY)
    pieces = _Pieces(*_find_pieces(facts.held, facts.areas, worth_alone, facts.similar, *asked))
    choices = [
        _points_of_choices(problem, learners, teachers, teaches=True),
        _points_of_choices(problem, teachers, learners, teaches=False),
    ]
    ids = problem.roster.competency_ids
    return MeasuredTracks(
        scores=_scores(pieces, parts, choices),
        subjects=[ids[number] for number in problem.roster.growth_areas.competency[topic].tolist()],
        discreet=discreet.tolist(),
        tracks=list(_tracks(problem, parts, pieces, alone, (learners, teachers), choices, labels)),
    )


def _tracks(
    problem: Problem,
    parts: Parts,
    pieces: _Pieces,
    alone: Flags,
    choosers: tuple[Ints, Ints],
    choices: Sequence[Ints],
    labels: Mapping[str, str],
) -> Iterator[Measured]:
    areas = list(_told_areas(problem, pieces, np.repeat(alone, np.diff(pieces.start)), labels))
    ids = problem.roster.ids
    columns = (
        *(column.tolist() for column in (*choosers, *choices, parts.shared_minutes, parts.gap_minutes)),
        np.maximum(parts.shared_languages, 0).tolist(),
        parts.other_department.tolist(),
    )
    bounds = pairwise(pieces.start.tolist())
    for (first, end), learner, teacher, by_learner, by_teacher, *close in zip(bounds, *columns, strict=True):
        chose = [(ids[who], points) for who, points in ((learner, by_learner), (teacher, by_teacher)) if points]
        yield Measured(areas[first:end], chose, *close)


def _told_areas(
    problem: Problem, pieces: _Pieces, untold: Flags, labels: Mapping[str, str]
) -> Iterator[tuple[int, Facts]]:
    """The points of each piece with its facts; a discreet one and one of a group have none."""
    ids, areas = problem.roster.competency_ids, problem.roster.growth_areas
    is_first = np.zeros(len(pieces.area), dtype=np.bool_)
    is_first[pieces.start[:-1]] = True
    gain = np.minimum(pieces.level, areas.target[pieces.area]) - areas.current[pieces.area]
    wanted = areas.target[pieces.area] - areas.current[pieces.area]
    number = areas.competency[pieces.area]
    plain = untold | (is_first & (gain >= wanted) & (pieces.held == number))
    columns = (pieces.points, plain, is_first, number, pieces.held, gain, wanted)
    for points, nothing, first, wish, held, gained, all_of_it in zip(*(one.tolist() for one in columns), strict=True):
        if nothing:
            yield points, NO_FACTS
            continue
        facts: dict[str, str | int] = {} if first else {"competency_id": ids[wish], "label": labels[ids[wish]]}
        if held != wish:
            facts["held"] = labels[ids[held]]
        elif gained < all_of_it:
            facts |= {"gain": gained, "wanted": all_of_it}
        yield points, facts


def _scores(pieces: _Pieces, parts: Parts, choices: Sequence[Ints]) -> Ints:
    fit = np.add.reduceat(np.append(pieces.points, 0), pieces.start[:-1]) if len(parts.fit) else pieces.points
    close = parts.availability + parts.time_zone + parts.language + parts.other_department
    return fit + sum(choices) + close


def _areas_for(problem: Problem, learners: Ints, competency: Ints) -> Ints:
    """The row of each learner's public growth area for a competency."""
    areas, many = problem.roster.growth_areas, len(problem.topics)
    public = np.flatnonzero(~areas.private)
    owner = np.repeat(np.arange(problem.roster.size, dtype=np.int64), np.diff(areas.start))
    keys = owner[public] * many + areas.competency[public]
    return public[np.searchsorted(keys, learners.astype(np.int64) * many + competency)].astype(np.int32)


def _worth_alone(problem: Problem) -> Shorts:
    """As `Facts.worth`, each growth area weighed as if it were the learner's only one."""
    areas: GrowthAreas = problem.roster.growth_areas
    current, target = areas.current.astype(np.int64)[:, None], areas.target.astype(np.int64)[:, None]
    gain = np.clip(np.minimum(np.arange(LEVELS), target) - current, 0, None)
    worth: Shorts = (problem.terms.weights.fit * gain // np.maximum(target - current, 1)).astype(np.int16)
    return worth


def _points_of_choices(problem: Problem, choosers: Ints, chosen: Ints, *, teaches: bool) -> Ints:
    """What it adds to each track that one of the two chose the other."""
    choices, people = problem.choices, problem.roster.size
    of_role = choices.teaches == teaches
    keys = choices.chooser[of_role].astype(np.int64) * people + choices.chosen[of_role]
    order = np.argsort(keys)
    keys, ranks = np.append(keys[order], -1), np.append(choices.rank[of_role][order], 0)
    wanted = choosers.astype(np.int64) * people + chosen
    place = np.searchsorted(keys[:-1], wanted)
    rank = np.where(keys[place] == wanted, ranks[place], CHOICES + 1).astype(np.int32)
    return problem.terms.weights.choice // 2 * (CHOICES + 1 - rank) // CHOICES


@kernel
def _find_pieces(
    held: Held,
    areas: Areas,
    worth_alone: Shorts,
    similar: Similar,
    teachers: Ints,
    learners: Ints,
    topic: Ints,
    alone: Flags,
    chosen: Flags,
) -> tuple[Longs, Ints, Ints, Ints, Ints]:
    room = 0
    for learner in learners:
        room += areas.start[learner + 1] - areas.start[learner]
    start = np.zeros(len(learners) + 1, dtype=np.int64)
    area, serves = np.zeros(room, dtype=np.int32), np.zeros(room, dtype=np.int32)
    level, points = np.zeros(room, dtype=np.int32), np.zeros(room, dtype=np.int32)
    count = 0
    for track in range(len(learners)):
        learner, teacher, first = learners[track], teachers[track], topic[track]
        worth = worth_alone if chosen[track] else areas.worth
        area[count] = first
        serves[count], level[count], points[count] = _served(held, areas.competency, worth, similar, first, teacher)
        count += 1
        for row in range(areas.start[learner], areas.start[learner + 1]):
            if alone[track] or areas.private[row] or row == first:
                continue
            serves[count], level[count], points[count] = _served(held, areas.competency, worth, similar, row, teacher)
            if points[count]:
                area[count] = row
                count += 1
        start[track + 1] = count
    return start, area[:count], serves[:count], level[:count], points[:count]


@inline
def _served(held: Held, wanted: Ints, worth: Shorts, similar: Similar, row: int, teacher: int) -> tuple[int, int, int]:
    """What a teacher serves a growth area with best: the competency, their level in it, the points that it brings."""
    competency = int(wanted[row])
    best, level = competency, int(level_of(held, teacher, competency))
    most = int(worth[row, level])
    for near in range(similar.start[competency], similar.start[competency + 1]):
        other = int(similar.other[near])
        other_level = int(level_of(held, teacher, other))
        brought = int(worth[row, other_level]) * similar.share[near] // 100
        if brought > most:
            best, level, most = other, other_level, brought
    return best, level, most
