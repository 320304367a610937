"""Quorum: with how many people a proposal comes about.

A pair and a ring come about with everybody or not at all. A group comes about with its teacher and at least as many
learners as its program asks of a group (or all of them, if there are fewer): as soon as nobody is waited for, or when
its time is over.

To everybody but the one who said it, a no is silence. So it counts as silence in whatever others can notice, the
moment of coming about included, and as a no only in what coordinators read.
"""

from collections.abc import Collection

from services.matching.domain.kinds import Role
from services.matching.domain.proposal import Decision, Participant, Proposal, Track

AGREED = frozenset({Decision.ACCEPTED})
HOPED_FOR = AGREED | {Decision.PENDING}
SEEN = HOPED_FOR | {Decision.DECLINED}
"""Who may still say yes, as far as the others know."""


def is_enough(proposal: Proposal, minimum: int, counted: Collection[Decision]) -> bool:
    """Whether it comes about with those alone whose decision is counted; `minimum` is the program's for groups."""
    there = [one for one in proposal.participants if one.decision in counted]
    if not proposal.is_group:
        return len(there) == len(proposal.participants)
    learners = [one for one in there if Role.LEARNER in one.roles]
    return len(there) > len(learners) >= min(minimum, len(proposal.tracks))


def is_complete(proposal: Proposal) -> bool:
    """Whether nobody is waited for: all have said yes, but those who cannot any more."""
    return all(one.decision in {Decision.ACCEPTED, Decision.OUT} for one in proposal.participants)


def those_in(proposal: Proposal) -> tuple[Participant, ...]:
    """The people of an accepted proposal who take part in what it becomes."""
    return tuple(one for one in proposal.participants if one.decision is Decision.ACCEPTED)


def tracks_in(proposal: Proposal) -> tuple[Track, ...]:
    """The tracks between them."""
    there = {one.person_id for one in those_in(proposal)}
    return tuple(track for track in proposal.tracks if {track.teacher_id, track.learner_id} <= there)
