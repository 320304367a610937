"""A proposal: people offered to each other, with who teaches whom what. Nothing happens until all have accepted.

    planned ── offered ── partly_accepted ── accepted
                  └──────────────┴── declined, expired, withdrawn, superseded

Whoever did not decline sees `closed` for every end that somebody caused, so that a decline looks like any other.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.kinds import Kind, Role

OFFERED_FOR = timedelta(days=14)


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


class Source(StrEnum):
    """Where a proposal comes from."""

    RUN = "run"
    ADMIN = "admin"


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
    """A proposal as it is stored."""

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

    def participant(self, person_id: str | None) -> Participant | None:
        """The person's part, if they have one."""
        return next((one for one in self.participants if one.person_id == person_id), None)

    def is_open(self, now: datetime) -> bool:
        """Whether its participants may still decide."""
        return self.status in OPEN and (self.expires_at is None or now < self.expires_at)


def accept(proposal: Proposal, person_id: str, now: datetime) -> Proposal:
    """The proposal after this participant's yes; saying it twice changes nothing."""
    if _said(proposal, person_id, Decision.ACCEPTED) and proposal.status in {*OPEN, ProposalStatus.ACCEPTED}:
        return proposal
    participants = _deciding(proposal, person_id, Decision.ACCEPTED, now)
    complete = all(one.decision is Decision.ACCEPTED for one in participants)
    status = ProposalStatus.ACCEPTED if complete else ProposalStatus.PARTLY_ACCEPTED
    return replace(proposal, participants=participants, status=status, version=proposal.version + 1)


def decline(proposal: Proposal, person_id: str, now: datetime) -> Proposal:
    """The proposal after this participant's no; saying it twice changes nothing."""
    if _said(proposal, person_id, Decision.DECLINED):
        return proposal
    participants = _deciding(proposal, person_id, Decision.DECLINED, now)
    return replace(proposal, participants=participants, status=ProposalStatus.DECLINED, version=proposal.version + 1)


def withdraw(proposal: Proposal) -> Proposal:
    """The proposal, taken back by a coordinator."""
    if proposal.status not in {ProposalStatus.PLANNED, *OPEN}:
        raise ProposalClosedError("Only a proposal that is planned or open is withdrawn.")
    return replace(proposal, status=ProposalStatus.WITHDRAWN, version=proposal.version + 1)


def participants_of(tracks: tuple[Track, ...]) -> tuple[Participant, ...]:
    """Everybody in the tracks, with the roles that these give them, in the order of their ids."""
    roles: dict[str, set[Role]] = {}
    for track in tracks:
        roles.setdefault(track.teacher_id, set()).add(Role.TEACHER)
        roles.setdefault(track.learner_id, set()).add(Role.LEARNER)
    return tuple(Participant(person_id, frozenset(roles[person_id])) for person_id in sorted(roles))


def check_tracks(tracks: tuple[Track, ...], *, group: bool, largest_group: int) -> None:
    """`TracksInvalidError` unless they connect two people, or one teacher with the learners of a group."""
    if any(track.teacher_id == track.learner_id for track in tracks):
        raise _invalid("Nobody teaches themself.")
    if len({(track.teacher_id, track.learner_id) for track in tracks}) < len(tracks):
        raise _invalid("State each direction between two people once.")
    if group:
        if len({track.teacher_id for track in tracks}) > 1 or len(tracks) > largest_group:
            raise _invalid(f"A group of this program has one teacher and at most {largest_group} learners.")
    elif len({person for track in tracks for person in (track.teacher_id, track.learner_id)}) > 2:
        raise _invalid("A pair is two people.")


def _invalid(message: str) -> TracksInvalidError:
    return TracksInvalidError(message, errors=[FieldError("/body/tracks", TracksInvalidError.code, message)])


def _said(proposal: Proposal, person_id: str, decision: Decision) -> bool:
    participant = proposal.participant(person_id)
    return participant is not None and participant.decision is decision


def _deciding(proposal: Proposal, person_id: str, decision: Decision, now: datetime) -> tuple[Participant, ...]:
    if not proposal.is_open(now):
        raise ProposalClosedError
    return tuple(
        replace(one, decision=decision) if one.person_id == person_id else one for one in proposal.participants
    )
