"""What becomes of a proposal when its participants say yes or no, drop out, or let its time pass.

`minimum` is how many learners the program asks of a group; it matters to groups alone.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from services.matching.domain.proposal import (
    OPEN,
    Decision,
    Participant,
    Proposal,
    ProposalClosedError,
    ProposalStatus,
)
from services.matching.domain.quorum import AGREED, HOPED_FOR, SEEN, is_complete, is_enough

_FINAL = frozenset({Decision.DECLINED, Decision.OUT})


def accept(proposal: Proposal, person_id: str, now: datetime) -> Proposal:
    """The proposal after this participant's yes; saying it twice changes nothing."""
    if _said(proposal, person_id, Decision.ACCEPTED) and proposal.status in {*OPEN, ProposalStatus.ACCEPTED}:
        return proposal
    decided = _deciding(proposal, person_id, Decision.ACCEPTED, now)
    status = ProposalStatus.ACCEPTED if is_complete(decided) else ProposalStatus.PARTLY_ACCEPTED
    return replace(decided, status=status, version=proposal.version + 1)


def decline(proposal: Proposal, person_id: str, minimum: int, now: datetime) -> Proposal:
    """The proposal after this participant's no; saying it twice changes nothing.

    A no that nobody has to notice leaves status and version as they are. Who takes back a yes is seen to be gone.
    """
    if _said(proposal, person_id, Decision.DECLINED):
        return proposal
    decided = _impossible_since(_deciding(proposal, person_id, Decision.DECLINED, now), minimum, now)
    if not _said(proposal, person_id, Decision.ACCEPTED):
        return decided
    without = _with(proposal, {person_id}, Decision.OUT)
    status = _status(decided.participants) if is_enough(without, minimum, SEEN) else ProposalStatus.DECLINED
    return replace(decided, status=status, version=proposal.version + 1)


def drop_out(
    proposal: Proposal, person_ids: Collection[str], minimum: int, ended: ProposalStatus, now: datetime
) -> Proposal:
    """The open proposal without people who cannot take part any more; it ends as `ended` if it cannot without them."""
    without = _impossible_since(_with(proposal, person_ids, Decision.OUT), minimum, now)
    status = _status(without.participants) if is_enough(without, minimum, SEEN) else ended
    return replace(without, status=status, version=proposal.version + 1)


def settle(proposal: Proposal, minimum: int, without: Collection[str] = ()) -> Proposal:
    """The open proposal once its time is over: accepted by those who said yes if they are enough, else expired.

    People in `without` have said yes and have no place left for it.
    """
    proposal = _with(proposal, without, Decision.OUT)
    agreed = proposal.is_group and is_enough(proposal, minimum, AGREED)
    status = ProposalStatus.ACCEPTED if agreed else ProposalStatus.EXPIRED
    return replace(proposal, status=status, version=proposal.version + 1)


def _said(proposal: Proposal, person_id: str, decision: Decision) -> bool:
    participant = proposal.participant(person_id)
    return participant is not None and participant.decision is decision


def _deciding(proposal: Proposal, person_id: str, decision: Decision, now: datetime) -> Proposal:
    participant = proposal.participant(person_id)
    if participant is None or participant.decision in _FINAL or not proposal.is_open(now):
        raise ProposalClosedError
    return _with(proposal, {person_id}, decision)


def _with(proposal: Proposal, person_ids: Collection[str], decision: Decision) -> Proposal:
    participants = tuple(
        replace(one, decision=decision) if one.person_id in person_ids else one for one in proposal.participants
    )
    return replace(proposal, participants=participants)


def _impossible_since(proposal: Proposal, minimum: int, now: datetime) -> Proposal:
    if proposal.declined_at is None and not is_enough(proposal, minimum, HOPED_FOR):
        return replace(proposal, declined_at=now)
    return proposal


def _status(participants: Collection[Participant]) -> ProposalStatus:
    agreed = any(one.decision is Decision.ACCEPTED for one in participants)
    return ProposalStatus.PARTLY_ACCEPTED if agreed else ProposalStatus.OFFERED
