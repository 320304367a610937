"""Create and change organizations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.profile.domain.esco import competencies_of
from services.profile.domain.organization import OrganizationDetails, change_details, create_organization
from services.profile.use_cases.ports import UnitOfWork


async def create(
    uow: UnitOfWork,
    caller: Principal,
    details: OrganizationDetails,
    taxonomy: Iterable[Mapping[str, str]],
    ids: Ids,
    clock: Clock,
) -> Answer:
    """Open the platform for a new organization, with the competencies that it starts with."""
    caller.require_role("platform_operator")
    organization = create_organization(ids.new("org"), details, clock.now())
    async with uow:
        await uow.enter_organization(organization.id)
        await uow.organizations.add(organization)
        competencies = competencies_of(taxonomy, lambda: ids.new("cmp"))
        if competencies:
            await uow.competencies.add_many(competencies)
        await _tell(uow, organization.id, details)
        return await uow.answer(organization.id, status=201, location="/v1/organization")


async def update(uow: UnitOfWork, caller: Principal, changes: dict[str, Any], seen: int, clock: Clock) -> Answer:
    """Change what the organization says of itself; `changes` names the fields that were sent."""
    caller.require_role("org_admin")
    async with uow:
        organization = await uow.organizations.get()
        check_version(seen, organization.version)
        details = replace(organization.details, **changes)
        await uow.organizations.save(change_details(organization, details, clock.now()))
        await _tell(uow, organization.id, details)
        return await uow.answer(organization.id)


async def _tell(uow: UnitOfWork, organization_id: str, details: OrganizationDetails) -> None:
    data = {"name": details.name, "min_group_size": details.min_group_size}
    await uow.events.append("organization.changed", organization_id, data)
