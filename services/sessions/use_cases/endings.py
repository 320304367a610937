"""What goes with the end of an engagement, whatever ended it."""

from datetime import datetime

from services.sessions.domain.engagement import Engagement
from services.sessions.use_cases.ports import Repositories


async def settle(repositories: Repositories, ended: Engagement, now: datetime) -> None:
    """Store the end, call off the meetings that were still to come, and let matching free the places."""
    await repositories.engagements.save(ended)
    for mentoring_session in await repositories.mentoring_sessions.list_scheduled_after(ended.id, now):
        await repositories.mentoring_sessions.save(mentoring_session.cancel(now))
    fact = {"engagement_id": ended.id, "proposal_id": ended.proposal_id, "status": ended.status}
    await repositories.events.append("engagement.ended", ended.id, fact)
