"""Form engagements of accepted proposals, and give up those that nobody finishes signing."""

from datetime import timedelta

from kit.clock import Clock
from kit.ids import Ids
from services.sessions.domain.engagement import FORMING_DAYS
from services.sessions.domain.formation import AcceptedProposal, form
from services.sessions.use_cases.endings import settle
from services.sessions.use_cases.ports import Repositories


async def form_engagement(repositories: Repositories, proposal: AcceptedProposal, ids: Ids, clock: Clock) -> None:
    """Make the engagement and draft its first agreement; a proposal that was taken up before changes nothing."""
    if await repositories.engagements.knows_proposal(proposal.proposal_id):
        return
    now = clock.now()
    engagement, agreement = form(proposal, ids.new, now)
    await repositories.engagements.add(engagement)
    await repositories.agreements.add(agreement)
    # The two neighbours' facts arrive independently: somebody may have left before the acceptance is heard of.
    if await repositories.neighbourhood.any_deactivated(engagement.person_ids):
        await settle(repositories, engagement.end_for_absence(now), now)


async def lapse_overdue(repositories: Repositories, clock: Clock) -> None:
    """End the engagements whose signatures did not come in time."""
    now = clock.now()
    for engagement in await repositories.engagements.list_forming_since(now - timedelta(days=FORMING_DAYS)):
        await settle(repositories, engagement.lapse(now), now)
