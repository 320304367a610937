"""The organizations that are measured, made once for all processes of a run and then read from a scratch folder."""

import csv
import gzip
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.measuring import SkippedError
from services.matching.domain.engine.build import Entrant, build_problem
from services.matching.domain.engine.hashing import from_bytes, to_bytes
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Mode, Problem
from services.matching.domain.engine.query import Lists, best_teachers
from services.matching.domain.engine.roster import Ints
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.tests.generator import organization

ROOT = Path(__file__).parents[1]
RESPONDENTS = ROOT.parent / "shared" / "data" / "people" / "people_2016.csv.gz"
SCRATCH = "BENCH_SCRATCH"
PEOPLE_2016 = "people_2016"
COMPILED_AT = 1_500
"""So many people go the way that large organizations go."""
LISTED = 32


def problem_of(people: int, scenario: str, mode: str = Mode.BEST_TOTAL) -> Problem:
    """The round of an organization, in a mode; where all are to give and take, everybody has one place of each role."""
    path = _scratch() / f"{scenario}-{people}.problem"
    if not path.exists():
        _write(path, to_bytes(_respondents(people) if scenario == PEOPLE_2016 else organization(people, scenario)))
    problem = replace(from_bytes(path.read_bytes()), mode=Mode(mode))
    if problem.mode in {Mode.RECIPROCAL, Mode.CYCLES}:
        one = np.ones_like(problem.learning_places)
        return replace(problem, teaching_places=one, learning_places=one)
    return problem


def compiled(work: Callable[[Problem], object], scenario: str = "std", mode: str = Mode.BEST_TOTAL) -> None:
    """Do the work for a small organization first, so that nothing is compiled or imported while it is measured."""
    work(problem_of(COMPILED_AT, scenario if scenario != PEOPLE_2016 else "std", mode))


def learners_of(problem: Problem) -> Ints:
    """The rows of everybody who learns."""
    return np.flatnonzero(problem.learning_places > 0).astype(np.int32)


def edges_of(people: int, scenario: str) -> tuple[Problem, Lists]:
    """The best teachers of each learner: the same pairs for every solver."""
    problem = problem_of(people, scenario)
    path = _scratch() / f"{scenario}-{people}.edges.npz"
    if not path.exists():
        lists = best_teachers(build_index(problem), learners_of(problem), LISTED)
        part = path.with_suffix(".part.npz")
        np.savez(part, start=lists.start, teacher=lists.teacher, score=lists.score)
        part.replace(path)
    with np.load(path) as columns:
        return problem, Lists(columns["start"], columns["teacher"], columns["score"])


def _scratch() -> Path:
    folder = Path(os.environ[SCRATCH])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _respondents(people: int) -> Problem:
    """Those of the survey of 2016 who know something and want to learn something, each with one place of both roles."""
    if not RESPONDENTS.exists():
        raise SkippedError(f"{RESPONDENTS.name} is not beside the repository")
    return build_problem((Entrant(person, 1, 1) for _, person in zip(range(people), _survey(), strict=False)), seed=7)


def _survey() -> Iterator[Person]:
    with gzip.open(RESPONDENTS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["strengths"] and row["growth_areas"]:
                # The survey has one self-rating from 1 to 10 for all that somebody can do.
                level = math.ceil(float(row["self_rating"] or 5) / 2)
                yield _person(row["person_id"], level, row["strengths"].split(";"), row["growth_areas"].split(";"))


def _person(person_id: str, level: int, strengths: list[str], growth_areas: list[str]) -> Person:
    return Person(
        id=person_id,
        display_name="",
        active=True,
        reporting_level=None,
        manager_id=None,
        department=None,
        team=None,
        utc_offset=0,
        languages=frozenset({"en"}),
        teaching_capacity=1,
        learning_capacity=1,
        paused_until=None,
        windows=(),
        strengths=tuple(Strength(_id(one), level, True, one) for one in strengths),
        growth_areas=tuple(GrowthArea(_id(one), 0, 3, 3, False, one) for one in growth_areas),
    )


def _id(competency: str) -> str:
    return competency.replace(" ", "-")
