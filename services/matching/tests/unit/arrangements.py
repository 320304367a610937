"""Every proposal that the rules allow in a small organization, as if a solver had found them all at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, count, permutations

import numpy as np

from services.matching.domain.drafting import Draft, Frame, draft_solution
from services.matching.domain.engine.points import Points, mean_points, pair_points
from services.matching.domain.engine.problem import Solution
from services.matching.domain.explanation_reader import ShownTrack
from services.matching.domain.kinds import Kind
from services.matching.domain.people import Person
from services.matching.tests.unit.organizations import COMPETENCIES, Organization
from services.matching.tests.unit.reference import group_points, teaching_score

LABELS = {competency: f"Label of {competency}" for competency in COMPETENCIES}


@dataclass(frozen=True)
class Arranged:
    """A draft, and the points that the readable rules give it."""

    draft: Draft
    points: Points
    is_group: bool


def a_frame() -> Frame:
    """A frame that gives out ids in order."""
    numbers = count(1)
    return Frame("prg_1", "run_1", Kind.MENTORING, lambda prefix: f"{prefix}_{next(numbers)}", LABELS)


def arranged(organization: Organization) -> list[Arranged]:
    """Pairs, mutual pairs, rings of three and four, and groups."""
    proposals = list(_proposals(organization))
    rows = [(number, *track, points.total) for number, tracks in enumerate(proposals) for *track, points in tracks]
    columns = np.array(rows, dtype=np.int32).reshape(-1, 5).T
    solution = Solution(
        proposal=columns[0],
        teacher=columns[1],
        learner=columns[2],
        competency=columns[3],
        score=columns[4],
        total=0,
        upper_bound=None,
        prices=np.zeros(organization.problem.roster.size, dtype=np.int64),
        solver="everything",
    )
    drafts = draft_solution(organization.problem, solution, a_frame())
    return [
        Arranged(draft, mean_points([points for *_, points in tracks]), is_group=tracks[0][2] >= 0)
        for draft, tracks in zip(drafts, proposals, strict=True)
    ]


def people_of(organization: Organization) -> list[Person]:
    """The people in the order of the rows."""
    return [entrant.person for entrant in organization.by_row]


def shown(draft: Draft, reader_id: str | None) -> list[ShownTrack]:
    """The tracks as a reader may see them while the proposal is open."""
    return [
        ShownTrack(track.teacher_id, track.learner_id, track.competency_id, track.competency_label)
        if not track.discreet or track.learner_id == reader_id
        else ShownTrack(track.teacher_id, track.learner_id, None, None)
        for track in draft.proposal.tracks
    ]


def readers(draft: Draft) -> list[str | None]:
    """Everybody who reads a proposal: its participants, and a coordinator."""
    return [None, *(one.person_id for one in draft.proposal.participants)]


def _proposals(organization: Organization) -> Iterator[list[tuple[int, int, int, Points]]]:
    people = range(len(organization.by_row))
    feasible = {
        (teacher, learner): (teacher, learner, -1, _points(organization, teacher, learner))
        for teacher, learner in permutations(people, 2)
        if teaching_score(organization, teacher, learner) is not None
    }
    yield from ([track] for track in feasible.values())
    for size in (2, 3, 4):
        for ring in permutations(people, size):
            tracks = [feasible.get(pair) for pair in zip(ring, (*ring[1:], ring[0]), strict=True)]
            if ring[0] == min(ring) and None not in tracks:
                yield [track for track in tracks if track is not None]
    numbers = {competency: number for number, competency in enumerate(organization.problem.roster.competency_ids)}
    for teacher in people:
        for competency, number in numbers.items():
            scored = [(learner, group_points(organization, teacher, learner, competency)) for learner in people]
            wanting = [(teacher, learner, number, points) for learner, points in scored if points is not None]
            for size in (1, 2, 3):
                yield from map(list, combinations(wanting, size))


def _points(organization: Organization, teacher: int, learner: int) -> Points:
    people = people_of(organization)
    return pair_points(people[teacher], people[learner], organization.conditions)
