"""How an accepted proposal becomes an engagement that forms, with the first agreement drafted from its kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.sessions.domain.agreement import Agreement, propose, terms_from
from services.sessions.domain.engagement import Engagement, Participant
from services.sessions.domain.kinds import Kind, contract_of
from services.sessions.domain.tracks import Track, direction_between


@dataclass(frozen=True, slots=True)
class AcceptedTrack:
    """Who will teach whom what."""

    teacher_id: str
    learner_id: str
    competency_id: str
    competency_label: str
    discreet: bool


@dataclass(frozen=True, slots=True)
class AcceptedProposal:
    """What everybody said yes to."""

    proposal_id: str
    program_id: str
    kind: Kind
    purpose: str
    participants: Sequence[Participant]
    tracks: Sequence[AcceptedTrack]


def form(proposal: AcceptedProposal, new_id: Callable[[str], str], now: datetime) -> tuple[Engagement, Agreement]:
    """The engagement, and the agreement that its participants read, change or sign."""
    levels = {participant.person_id: participant.reporting_level for participant in proposal.participants}
    tracks = tuple(
        Track(
            id=new_id("trk"),
            teacher_id=track.teacher_id,
            learner_id=track.learner_id,
            competency_id=track.competency_id,
            competency_label=track.competency_label,
            discreet=track.discreet,
            direction=direction_between(levels.get(track.teacher_id), levels.get(track.learner_id)),
        )
        for track in proposal.tracks
    )
    engagement = Engagement(
        id=new_id("eng"),
        program_id=proposal.program_id,
        proposal_id=proposal.proposal_id,
        kind=proposal.kind,
        purpose=proposal.purpose,
        participants=tuple(proposal.participants),
        tracks=tracks,
        created_at=now,
        updated_at=now,
    )
    agreement = propose(
        agreement_id=new_id("agr"),
        engagement_id=engagement.id,
        number=1,
        participants=engagement.person_ids,
        terms=terms_from(contract_of(proposal.kind)),
        proposed_by=None,
        now=now,
    )
    return engagement, agreement
