"""Who may act on what: participants on what is theirs; coordinators look, and never act for others."""

from kit.errors import NotFoundError
from kit.identity import Principal
from services.sessions.domain.engagement import Engagement, EngagementNotFoundError, ParticipantRequiredError

COORDINATORS = ("coordinator", "org_admin")


def require_part(
    engagement: Engagement, caller: Principal, not_found: type[NotFoundError] = EngagementNotFoundError
) -> str:
    """The caller's person id, if they take part; to those who may not even see it, it is not there."""
    person_id = caller.person_id
    if person_id in engagement.person_ids:
        return person_id
    if caller.has_role(*COORDINATORS):
        raise ParticipantRequiredError("Only the people who take part in this engagement may do this.")
    raise not_found
