"""mentor-match (J. Kerr, on PyPI): a score for every pair by rules in Python, then a dense Hungarian algorithm."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules.rule import Disqualify, Generic

from services.matching.domain.engine.problem import Problem

FIT, LANGUAGE = 10, 2


class LevelsGained:
    """A rule of its own kind, as its documentation invites: points for each level that the mentor can help up."""

    def evaluate(self, match: Any) -> bool:
        """Whether there is any."""
        return self.apply(match) > 0

    def apply(self, match: Any) -> int:
        """The points."""
        strengths = match.mentor.strengths
        gained: Iterator[int] = (
            max(0, min(strengths.get(competency, 0), target) - current)
            for competency, current, target in match.mentee.growth_areas
        )
        return FIT * sum(gained)


def people_of(problem: Problem) -> tuple[list[Any], list[Any]]:
    """The people of a round as its mentors and mentees, with what the rules look at."""
    mentors = [_described(Mentor, problem, row) for row in np.flatnonzero(problem.teaching_places).tolist()]
    mentees = [_described(Mentee, problem, row) for row in np.flatnonzero(problem.learning_places).tolist()]
    return mentors, mentees


def run(mentors: list[Any], mentees: list[Any]) -> int:
    """One matching exercise; how many mentees have a mentor."""
    rules = [
        LevelsGained(),
        Generic({True: LANGUAGE, False: 0}, lambda match: match.mentor.speaks & match.mentee.speaks > 0),
        Disqualify(lambda match: match.mentor.team == match.mentee.team),
    ]
    process_data(mentors, mentees, [rules])
    return sum(bool(mentee.mentors) for mentee in mentees)


def _described(role: Any, problem: Problem, row: int) -> Any:
    roster = problem.roster
    person = role(grade=int(roster.level[row]), email=roster.ids[row], organisation=str(roster.department[row]))
    held = slice(roster.strengths.start[row], roster.strengths.start[row + 1])
    wanted = slice(roster.growth_areas.start[row], roster.growth_areas.start[row + 1])
    areas = roster.growth_areas
    columns = (areas.competency[wanted], areas.current[wanted], areas.target[wanted])
    person.team = int(roster.team[row])
    person.speaks = int(roster.languages[row, 0])
    person.strengths = dict(
        zip(roster.strengths.competency[held].tolist(), roster.strengths.level[held].tolist(), strict=True)
    )
    person.growth_areas = list(zip(*(column.tolist() for column in columns), strict=True))
    return person
