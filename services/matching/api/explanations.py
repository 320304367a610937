"""Routes of explanations."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.identity import Caller
from kit.routing import ApiRouter
from services.matching.api.dependencies import Locale, Wired
from services.matching.api.schemas.common import ProposalId
from services.matching.api.schemas.proposals import ProposalExplanationOut
from services.matching.domain.explanation_reader import Audience
from services.matching.queries.proposals import get_explanation

router = ApiRouter(prefix="/v1", tags=["proposals"])


@router.get("/proposals/{proposal_id}/explanation", response_model=ProposalExplanationOut, summary="Explain a proposal")
async def explanations_get(
    proposal_id: Annotated[ProposalId, Path(description="The proposal.")],
    caller: Caller,
    locale: Locale,
    wired: Wired,
    audience: Annotated[
        Audience | None, Query(description="The side to read from; left out, all sides that the caller is on.")
    ] = None,
) -> Response:
    """Why these people. Participants read their own sides, coordinators the coordinators'."""
    async with wired.read(caller) as db:
        return (await get_explanation(db, proposal_id, audience, locale=locale)).response()
