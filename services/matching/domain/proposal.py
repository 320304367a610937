"""A proposal: people offered to each other, with who teaches whom what. Nothing happens until they have accepted.

    planned ── offered ── partly_accepted ── accepted
                  └──────────────┴── expired, withdrawn, superseded, declined

A no is kept with the part of whoever said it and changes nothing else: to everybody else the proposal goes on as it
was, until its time runs out as it would have without any answer. `declined` is what ends at once because somebody took
back a yes that the others had seen; like all that ends before its time, it is `closed` to them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.kinds import Kind, Role

OFFERED_FOR = timedelta(days=14)
LONGEST_RING = 4
_NONE, _TEACHES, _LEARNS = frozenset[Role](), frozenset({Role.TEACHER}), frozenset({Role.LEARNER})


class ProposalStatus(StrEnum):
    """Where a proposal stands; `planned` is a result of a run that nobody has been offered yet."""

    PLANNED = "planned"
    OFFERED = "offered"
    PARTLY_ACCEPTED = "partly_accepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


OPEN = frozenset({ProposalStatus.OFFERED, ProposalStatus.PARTLY_ACCEPTED})


class Decision(StrEnum):
    """What a participant said."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OUT = "out"
    """Said nothing any more: left, or has no place left, while the group goes on without them."""


class Source(StrEnum):
    """Where a proposal comes from."""

    RUN = "run"
    ADMIN = "admin"
    SELF = "self"


class ProposalNotFoundError(NotFoundError):
    """There is no such proposal here, or it was never offered to the caller."""

    code = "proposal-not-found"
    title = "The proposal does not exist"


class ProposalClosedError(ConflictError):
    """The proposal is not open any more; the answer is the same whatever ended it."""

    code = "proposal-closed"
    title = "The proposal is not open any more"


class TracksInvalidError(InvalidError):
    """The tracks do not connect the participants as the program's format asks."""

    code = "tracks-invalid"
    title = "The tracks do not fit together"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of a proposal, what they would do in it, and what they said."""

    person_id: str
    roles: frozenset[Role]
    decision: Decision = Decision.PENDING


@dataclass(frozen=True, slots=True)
class Track:
    """One direction: who teaches whom what. A discreet one comes from a private growth area."""

    id: str
    teacher_id: str
    learner_id: str
    competency_id: str
    competency_label: str
    discreet: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is stored.

    `declined_at` is when it became impossible because of a no; only coordinators are told. `request_id` is the request
    that asks with it: whoever made the request has said yes by asking, and does not see it before it is accepted.
    """

    id: str
    program_id: str
    match_run_id: str | None
    kind: Kind
    source: Source
    status: ProposalStatus
    score: int
    participants: tuple[Participant, ...]
    tracks: tuple[Track, ...]
    expires_at: datetime | None
    was_offered: bool
    version: int
    declined_at: datetime | None = None
    request_id: str | None = None

    @property
    def is_group(self) -> bool:
        """Whether one teacher has several learners, so that it can come about without some of them."""
        return len(self.tracks) > 1 and len({track.teacher_id for track in self.tracks}) == 1

    def participant(self, person_id: str | None) -> Participant | None:
        """The person's part, if they have one."""
        return next((one for one in self.participants if one.person_id == person_id), None)

    def is_open(self, now: datetime) -> bool:
        """Whether its participants may still decide."""
        return self.status in OPEN and (self.expires_at is None or now < self.expires_at)


def withdraw(proposal: Proposal) -> Proposal:
    """The proposal, taken back by a coordinator."""
    if proposal.status not in {ProposalStatus.PLANNED, *OPEN}:
        raise ProposalClosedError("Only a proposal that is planned or open is withdrawn.")
    return replace(proposal, status=ProposalStatus.WITHDRAWN, version=proposal.version + 1)


def participants_of(tracks: tuple[Track, ...]) -> tuple[Participant, ...]:
    """Everybody in the tracks, with the roles that these give them, in the order of their ids."""
    roles: dict[str, frozenset[Role]] = {}
    for track in tracks:
        roles[track.teacher_id] = roles.get(track.teacher_id, _NONE) | _TEACHES
        roles[track.learner_id] = roles.get(track.learner_id, _NONE) | _LEARNS
    return tuple([Participant(person_id, roles[person_id]) for person_id in sorted(roles)])


def check_tracks(tracks: tuple[Track, ...], *, group: bool, largest_group: int) -> None:
    """`TracksInvalidError` unless they connect two people, a ring of them, or one teacher with a group of learners."""
    if any(track.teacher_id == track.learner_id for track in tracks):
        raise _invalid("Nobody teaches themself.")
    if len({(track.teacher_id, track.learner_id) for track in tracks}) < len(tracks):
        raise _invalid("State each direction between two people once.")
    if group:
        if len({track.teacher_id for track in tracks}) > 1 or len(tracks) > largest_group:
            raise _invalid(f"A group of this program has one teacher and at most {largest_group} learners.")
    elif len(participants_of(tracks)) > 2 and not _is_ring(tracks):
        raise _invalid(f"Two people, or a ring of at most {LONGEST_RING} in which each teaches the next.")


def _is_ring(tracks: tuple[Track, ...]) -> bool:
    learner_of = {track.teacher_id: track.learner_id for track in tracks}
    person_id = tracks[0].teacher_id
    seen: list[str] = []
    while person_id in learner_of and person_id not in seen:
        seen.append(person_id)
        person_id = learner_of[person_id]
    return person_id == tracks[0].teacher_id and len(seen) == len(tracks) <= LONGEST_RING


def _invalid(message: str) -> TracksInvalidError:
    return TracksInvalidError(message, errors=[FieldError("/body/tracks", TracksInvalidError.code, message)])
