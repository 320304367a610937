"""Routes of agreements."""

from typing import Annotated

from fastapi import Path, Response

from kit.answers import JSON
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.agreements import AgreementIn, AgreementOut, AgreementsPage, SignatureIn
from services.sessions.api.schemas.common import AgreementId, EngagementInPath
from services.sessions.queries.agreements import get_agreement, list_agreements
from services.sessions.use_cases import agreements

router = ApiRouter(prefix="/v1", tags=["agreements"])

InPath = Annotated[AgreementId, Path(description="The version of the agreement.")]


@router.post(
    "/engagements/{engagement_id}/agreements", status_code=201, response_model=AgreementOut, summary="Propose terms"
)
async def agreements_create(
    engagement_id: EngagementInPath, body: AgreementIn, command: Created, wired: Wired
) -> Response:
    """Proposes a new version, in place of one that still waited; what is in force stays so until all have signed."""
    uow = wired.unit_of_work(command, get_agreement)
    answer = await agreements.propose(uow, command.principal, engagement_id, body.terms.terms(), wired.ids, wired.clock)
    return answer.response()


@router.get("/engagements/{engagement_id}/agreements", response_model=AgreementsPage, summary="List agreements")
async def agreements_list(engagement_id: EngagementInPath, caller: Caller, page: Paging, wired: Wired) -> Response:
    """All versions, the first one first. For the engagement's participants."""
    async with wired.read(caller) as db:
        body = await list_agreements(db, page, engagement_id)
    return Response(body, media_type=JSON)


@router.get("/agreements/{agreement_id}", response_model=AgreementOut, summary="Get an agreement")
async def agreements_get(agreement_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One version. For the engagement's participants."""
    async with wired.read(caller) as db:
        return (await get_agreement(db, agreement_id)).response()


@router.post("/agreements/{agreement_id}:sign", response_model=AgreementOut, summary="Sign an agreement")
async def agreements_sign(agreement_id: InPath, body: SignatureIn, command: Commanded, wired: Wired) -> Response:
    """Signs the content that the caller read; the last signature puts the version in force."""
    uow = wired.unit_of_work(command, get_agreement)
    answer = await agreements.sign(uow, command.principal, agreement_id, body.content_hash, wired.clock)
    return answer.response()
