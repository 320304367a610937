"""The best ten of everybody for one person: found in memory, with filters, and explained in words."""

import gc
import time
from datetime import date

import numpy as np

from bench.instances import problem_of
from bench.measuring import Sample, measure
from bench.people_rows import languages_of, windows_of
from services.matching.domain.crowd import gather, member_of
from services.matching.domain.crowd_asker import Asker
from services.matching.domain.engine.problem import Problem
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.opportunities import (
    Candidate,
    Direction,
    Filters,
    Layer,
    Standing,
    look,
    wanted_by,
    weigh,
)
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.request import Aim
from services.matching.domain.showing import auction_off

ASKING, SHOWN = 1_000, 10
DAY = date(2026, 3, 2)
FILTERS = Filters(Direction.BOTH, None, None, "en", None, 6, SHOWN)
"""Who speaks the language of most, and is no more than six hours away."""


def best_ten(people: int, scenario: str) -> Sample:
    """Both questions of self-match, for many people in turn; milliseconds a question."""
    everybody = {person.id: person for person in _people(problem_of(people, scenario))}
    crowd, whole_round = gather(map(member_of, everybody.values()))
    layers = [Layer(crowd, np.ones(crowd.size, dtype=np.bool_), *auction_off(whole_round).of(crowd.hashes))]
    ids = list(everybody)
    drawn = np.random.default_rng(1).choice(people, min(2 * ASKING, people), False)
    earlier, asking = ([everybody[ids[row]] for row in half] for half in np.array_split(drawn, 2))
    # As in a service that others have asked before, and that keeps its people out of the collector's way.
    _ask_all(earlier, layers, everybody)
    gc.freeze()
    seconds, sample = measure(lambda: _ask_all(asking, layers, everybody))
    found, told = np.percentile(seconds * 1_000, np.arange(101), axis=0).T
    return sample.with_facts(
        people=people,
        questions=len(seconds),
        p50_ms=float(told[50]),
        p99_ms=float(told[99]),
        found_p50_ms=float(found[50]),
        found_p99_ms=float(found[99]),
        percentiles=told.round(4).tolist(),
        found_percentiles=found.round(4).tolist(),
    )


def _ask_all(asking: list[Person], layers: list[Layer], everybody: dict[str, Person]) -> np.ndarray:
    """Seconds to the ten that were found, and to the ten explained, one row a question."""
    wanted = wanted_by(FILTERS, None, DAY)
    assert wanted is not None, "everybody can be found"
    free = dict.fromkeys(Role, 1)
    seconds = []
    for person in asking:
        standing, asker = Standing(person, (), free, frozenset(), 0, None), Asker(person, wanted)
        for aim in Aim:
            began = time.perf_counter()
            ten = look(layers, asker, aim, (), None, SHOWN)
            found = time.perf_counter()
            shown = [(aim, Candidate(everybody[one.person_id], free, {})) for one in ten]
            for _ in weigh(asker, shown, standing, (), Kind.MENTORING, "en"):
                pass
            seconds.append((found - began, time.perf_counter() - began))
    return np.array(seconds)


def _people(problem: Problem) -> list[Person]:
    roster = problem.roster
    return [
        Person(
            id=roster.ids[row],
            display_name=f"Person {row}",
            active=True,
            reporting_level=int(roster.level[row]),
            manager_id=None if roster.manager[row] < 0 else roster.ids[roster.manager[row]],
            department=f"Department {roster.department[row]}",
            team=f"Team {roster.team[row]}",
            utc_offset=int(roster.utc_offset[row]),
            languages=frozenset(languages_of(roster, row)),
            teaching_capacity=int(problem.teaching_places[row]),
            learning_capacity=int(problem.learning_places[row]),
            paused_until=None,
            windows=tuple(windows_of(roster, row)),
            strengths=tuple(_strengths(problem, row)),
            growth_areas=tuple(_growth_areas(problem, row)),
        )
        for row in range(roster.size)
    ]


def _strengths(problem: Problem, row: int) -> list[Strength]:
    held, names = problem.roster.strengths, problem.roster.competency_ids
    part = slice(held.start[row], held.start[row + 1])
    pairs = zip(held.competency[part].tolist(), held.level[part].tolist(), strict=True)
    return [Strength(names[number], level, label=names[number]) for number, level in pairs]


def _growth_areas(problem: Problem, row: int) -> list[GrowthArea]:
    areas, names = problem.roster.growth_areas, problem.roster.competency_ids
    part = slice(areas.start[row], areas.start[row + 1])
    columns = areas.competency, areas.current, areas.target, areas.importance, areas.private
    return [
        GrowthArea(names[number], current, target, importance, bool(private), names[number])
        for number, current, target, importance, private in zip(
            *(column[part].tolist() for column in columns), strict=True
        )
    ]
