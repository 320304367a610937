"""Routes of the organization."""

from fastapi import Response

from kit.answers import IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.organizations import OrganizationChanges, OrganizationIn, OrganizationOut
from services.profile.queries.organizations import get_organization
from services.profile.use_cases import organizations

router = ApiRouter(prefix="/v1", tags=["organizations"])


@router.post("/organizations", status_code=201, response_model=OrganizationOut, summary="Create an organization")
async def organizations_create(body: OrganizationIn, command: Created, wired: Wired) -> Response:
    """Opens the platform for a new organization. Needs the role `platform_operator`."""
    uow = wired.unit_of_work(command, get_organization)
    taxonomy = wired.packaged_competencies(body.taxonomy)
    answer = await organizations.create(uow, command.principal, body.details(), taxonomy, wired.ids, wired.clock)
    return answer.response()


@router.get("/organization", response_model=OrganizationOut, summary="Get the organization")
async def organization_get(caller: Caller, wired: Wired) -> Response:
    """The organization that the caller belongs to."""
    async with wired.read(caller) as db:
        return (await get_organization(db)).response()


@router.patch("/organization", response_model=OrganizationOut, summary="Change the organization")
async def organization_update(body: OrganizationChanges, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Changes the fields that are sent. Needs the role `org_admin`."""
    uow = wired.unit_of_work(command, get_organization)
    answer = await organizations.update(uow, command.principal, body.changes(), seen, wired.clock)
    return answer.response()
