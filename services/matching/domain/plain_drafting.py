"""Makes proposals: from the matches of a run, or from what a coordinator puts together by hand."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from kit.errors import FieldError, InvalidError
from services.matching.domain.engine.instance import Mode
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.plain_points import MutualPoints, Points, group_points, helped_areas, pair_points
from services.matching.domain.kinds import Kind
from services.matching.domain.people import GrowthArea, Person
from services.matching.domain.plain_explanation import COORDINATOR, Explanation, Pairing, explain
from services.matching.domain.proposal import (
    Proposal,
    ProposalStatus,
    Source,
    Track,
    participants_of,
)
from services.matching.domain.reasons import Reason

NewId = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all proposals of one occasion have in common."""

    program_id: str
    match_run_id: str | None
    kind: Kind
    mode: Mode
    competency_ids: Collection[str]
    new_id: NewId


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
    """A proposal, and what each participant and the coordinators (under "") are told of it."""

    proposal: Proposal
    explanations: Mapping[str, Explanation]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The contributions as reasons."""
        return tuple(_reason(one.code, one.points) for one in self.explanations[COORDINATOR].contributions)


def _reason(code: str, points: int) -> Reason:
    named = code.removesuffix("_back").replace("breadth", "fit")
    return Reason(named, points, {"track": 1} if code.endswith("_back") else {})


def draft_match(match: Match, people: Mapping[str, Person], frame: Frame) -> Draft:
    """The proposal of a run's match; its explanation adds up to the very score that the solver used."""
    teacher, learners = people[match.teacher_id], [people[learner_id] for learner_id in match.learner_ids]
    points: Points | MutualPoints
    if match.competency_id is not None:
        points = group_points(teacher, learners, frame.competency_ids, match.competency_id)
    else:
        points = pair_points(teacher, learners[0], frame.competency_ids)
        if frame.mode is Mode.RECIPROCAL:
            points = MutualPoints(points, pair_points(learners[0], teacher, frame.competency_ids))
    if points.total != match.score:
        raise ValueError(f"the parts of a score add up to {points.total}, and the solver used {match.score}")
    tracks = [_track(teacher, learner, match.competency_id, frame) for learner in learners]
    if match.mutual:
        tracks.append(_track(learners[0], teacher, None, frame))
    return _draft(tuple(tracks), points, people, frame, Source.RUN, ProposalStatus.PLANNED)


def named(direction: Direction, people: Mapping[str, Person], track_id: str) -> Track:
    """The track of a direction, with the name of what the teacher holds."""
    held = {strength.competency_id: strength.label for strength in people[direction.teacher_id].strengths}
    if direction.competency_id not in held:
        message = "Choose something among the strengths of the teacher."
        raise CompetencyNotHeldError(message, errors=[FieldError("/body/tracks", CompetencyNotHeldError.code, message)])
    label = held[direction.competency_id]
    return Track(track_id, direction.teacher_id, direction.learner_id, direction.competency_id, label)


def draft_by_hand(tracks: tuple[Track, ...], people: Mapping[str, Person], frame: Frame) -> Draft:
    """The proposal of a coordinator, scored by what is no secret, so that no private growth area can be guessed at."""
    known = {person_id: _without_secrets(person) for person_id, person in people.items()}
    first = tracks[0]
    teacher = known[first.teacher_id]
    points: Points | MutualPoints
    if frame.mode is Mode.GROUP:
        learners = [known[track.learner_id] for track in tracks]
        points = group_points(teacher, learners, frame.competency_ids, first.competency_id)
    else:
        points = pair_points(teacher, known[first.learner_id], frame.competency_ids, only=first.competency_id)
        if len(tracks) > 1:
            back = pair_points(known[first.learner_id], teacher, frame.competency_ids, only=tracks[1].competency_id)
            points = MutualPoints(points, back)
    return _draft(tracks, points, people, frame, Source.ADMIN, ProposalStatus.OFFERED)


def _draft(
    tracks: tuple[Track, ...],
    points: Points | MutualPoints,
    people: Mapping[str, Person],
    frame: Frame,
    source: Source,
    status: ProposalStatus,
) -> Draft:
    participants = participants_of(tracks)
    pairing = Pairing(frame.kind, tracks, {one.person_id: people[one.person_id] for one in participants})
    proposal = Proposal(
        id=frame.new_id("pro"),
        program_id=frame.program_id,
        match_run_id=frame.match_run_id,
        kind=frame.kind,
        source=source,
        status=status,
        score=points.total,
        participants=participants,
        tracks=tracks,
        expires_at=None,
        was_offered=status is not ProposalStatus.PLANNED,
        version=1,
    )
    viewers = [*(one.person_id for one in participants), COORDINATOR]
    return Draft(proposal, {viewer: explain(pairing, points, viewer) for viewer in viewers})


def _track(teacher: Person, learner: Person, competency_id: str | None, frame: Frame) -> Track:
    area = _area(teacher, learner, competency_id, frame.competency_ids)
    return Track(frame.new_id("trk"), teacher.id, learner.id, area.competency_id, area.label, area.private)


def _area(teacher: Person, learner: Person, competency_id: str | None, competency_ids: Collection[str]) -> GrowthArea:
    areas = [area for area, _ in helped_areas(teacher, learner, competency_ids)]
    return next(area for area in areas if competency_id in (None, area.competency_id))


def _without_secrets(person: Person) -> Person:
    return replace(person, growth_areas=tuple(area for area in person.growth_areas if not area.private))
