"""Makes proposals, with their reasons: from the solution of a run, or from what somebody puts together by hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kit.errors import FieldError, InvalidError
from services.matching.domain.drafting_columns import MeasuredTracks, measure
from services.matching.domain.engine.closeness import gap_minutes, shared_minutes
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.points import Conditions, choice_points, pair_points
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.kinds import Kind
from services.matching.domain.people import Person
from services.matching.domain.proposal import Proposal, ProposalStatus, Source, Track, participants_of
from services.matching.domain.reasons import NO_FACTS, Measured, Reason, reasons_of, score_of

NewId = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all proposals of one occasion have in common; `labels` has the competencies' names, by id."""

    program_id: str
    match_run_id: str | None
    kind: Kind
    new_id: NewId
    labels: Mapping[str, str]
    source: Source = Source.RUN
    status: ProposalStatus = ProposalStatus.PLANNED


class CompetencyNotHeldError(InvalidError):
    """The teacher does not hold what they are to teach."""

    code = "competency-not-held"
    title = "The teacher does not hold this competency"


@dataclass(frozen=True, slots=True)
class Direction:
    """What a coordinator asks for: who is to teach whom what."""

    teacher_id: str
    learner_id: str
    competency_id: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal, and why it was made."""

    proposal: Proposal
    reasons: tuple[Reason, ...]


def draft_solution(problem: Problem, solution: Solution, frame: Frame) -> list[Draft]:
    """The proposals of a run; the reasons of each track add up to the very score that the solver used."""
    return draft_part(build_index(problem), solution, frame)


def draft_part(index: Index, solution: Solution, frame: Frame) -> list[Draft]:
    """The proposals of some of a solution to the problem of this index, for who has too many to hold them all."""
    problem = index.problem
    found = measure(index, solution.teacher, solution.learner, solution.competency, frame.labels)
    wrong = np.flatnonzero(found.scores != solution.score)
    if len(wrong):
        was, used = found.scores[wrong[0]], solution.score[wrong[0]]
        raise ValueError(f"the parts of a score add up to {was}, and the solver used {used}")
    starts = [*np.flatnonzero(np.diff(solution.proposal, prepend=-1)).tolist(), len(solution.proposal)]
    tracks = list(_tracks(problem, solution, found, frame))
    drafts = []
    for first, end in pairwise(starts):
        one_subject = end - first > 1 and solution.competency[first] >= 0
        reasons = reasons_of(found.tracks[first:end], problem.terms.weights, one_subject=one_subject)
        drafts.append(_draft(tuple(tracks[first:end]), reasons, frame))
    return drafts


def named(direction: Direction, people: Mapping[str, Person], track_id: str) -> Track:
    """The track of a direction, with the name of what the teacher holds."""
    held = {strength.competency_id: strength.label for strength in people[direction.teacher_id].strengths}
    if direction.competency_id not in held:
        message = "Choose something among the strengths of the teacher."
        raise CompetencyNotHeldError(message, errors=[FieldError("/body/tracks", CompetencyNotHeldError.code, message)])
    label = held[direction.competency_id]
    return Track(track_id, direction.teacher_id, direction.learner_id, direction.competency_id, label)


def draft_by_hand(
    tracks: tuple[Track, ...], people: Mapping[str, Person], frame: Frame, conditions: Conditions
) -> Draft:
    """The proposal of somebody's own making: each track is scored by its competency alone.

    A private growth area counts where the track is discreet, which its owner alone may ask for, and nowhere else.
    """
    measured = [_measured(track, people[track.teacher_id], people[track.learner_id], conditions) for track in tracks]
    one_subject = len(tracks) > 1 and len({track.teacher_id for track in tracks}) == 1
    weights = conditions.terms.weights
    return _draft(tracks, reasons_of(measured, weights, one_subject=one_subject, choices_count=False), frame)


def _tracks(problem: Problem, solution: Solution, found: MeasuredTracks, frame: Frame) -> Iterator[Track]:
    ids, labels, new_id = problem.roster.ids, frame.labels, frame.new_id
    people = zip(solution.teacher.tolist(), solution.learner.tolist(), strict=True)
    for (teacher, learner), subject, discreet in zip(people, found.subjects, found.discreet, strict=True):
        yield Track(new_id("trk"), ids[teacher], ids[learner], subject, labels[subject], discreet)


def _measured(track: Track, teacher: Person, learner: Person, conditions: Conditions) -> Measured:
    if track.discreet:
        learner = _unveiled(learner, track.competency_id)
    points = pair_points(teacher, learner, conditions, only=track.competency_id)
    by_learner = replace(
        conditions, ranks={key: rank for key, rank in conditions.ranks.items() if key[0] == learner.id}
    )
    of_learner = choice_points(teacher, learner, by_learner) if points.fit else 0
    chose = ((learner.id, of_learner), (teacher.id, points.choice - of_learner))
    return Measured(
        areas=[(points.fit, NO_FACTS)],
        choices=[(owner, number) for owner, number in chose if number],
        minutes=shared_minutes(teacher, learner),
        gap=gap_minutes(teacher, learner),
        shared_languages=len(teacher.languages & learner.languages),
        other_department=points.other_department,
    )


def _unveiled(learner: Person, competency_id: str) -> Person:
    areas = (
        replace(area, private=area.private and area.competency_id != competency_id) for area in learner.growth_areas
    )
    return replace(learner, growth_areas=tuple(areas))


def _draft(tracks: tuple[Track, ...], reasons: tuple[Reason, ...], frame: Frame) -> Draft:
    return Draft(
        Proposal(
            id=frame.new_id("pro"),
            program_id=frame.program_id,
            match_run_id=frame.match_run_id,
            kind=frame.kind,
            source=frame.source,
            status=frame.status,
            score=score_of(reasons),
            participants=participants_of(tracks),
            tracks=tracks,
            expires_at=None,
            was_offered=frame.status is not ProposalStatus.PLANNED,
            version=1,
        ),
        reasons,
    )
