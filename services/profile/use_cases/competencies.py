"""Propose, approve, retire and relate competencies."""

from collections.abc import Callable
from dataclasses import replace

from kit.answers import Answer, check_version
from kit.errors import FieldError
from kit.identity import Principal
from kit.ids import Ids
from services.profile.domain import competency as rules
from services.profile.domain.competency import Competency, CompetencyExistsError
from services.profile.domain.competency_relations import Relations, check_no_cycle, check_relations
from services.profile.use_cases.ports import UnitOfWork


async def propose(uow: UnitOfWork, label: str, description: str | None, ids: Ids) -> Answer:
    """Take in a competency in somebody's own words, unless it is there already."""
    async with uow:
        known = await uow.competencies.find_by_label(label)
        if known is not None:
            error = FieldError("/body/label", "competency-exists", f"Use {known.id}.")
            raise CompetencyExistsError(f"Use the competency {known.id}: {known.label}", errors=[error])
        competency = rules.propose(ids.new("cmp"), label, description)
        await uow.competencies.add(competency)
        location = f"/v1/competencies/{competency.id}"
        return await uow.answer(competency.id, status=201, location=location)


async def approve(uow: UnitOfWork, caller: Principal, competency_id: str) -> Answer:
    """Make a competency an official entry."""
    return await _move(uow, caller, competency_id, rules.approve)


async def retire(uow: UnitOfWork, caller: Principal, competency_id: str) -> Answer:
    """Take a competency out of use; people who named it keep it."""
    return await _move(uow, caller, competency_id, rules.retire)


async def relate(uow: UnitOfWork, caller: Principal, competency_id: str, relations: Relations, seen: int) -> Answer:
    """Say how a competency relates to others."""
    caller.require_role("org_admin")
    async with uow:
        await uow.competency_relations.lock()
        competency = await uow.competencies.get(competency_id)
        check_version(seen, competency.version)
        check_relations(
            competency_id, relations, await uow.competencies.retired([*relations.broader, *relations.related])
        )
        check_no_cycle(competency_id, relations.broader, await uow.competency_relations.above(competency_id))
        await uow.competency_relations.replace(competency_id, relations)
        await uow.competencies.save(replace(competency, version=competency.version + 1))
        told = {"label": competency.label, "broader": list(relations.broader), "related": list(relations.related)}
        await uow.events.append("competency.related", competency_id, told)
        return await uow.answer(competency_id)


async def _move(
    uow: UnitOfWork, caller: Principal, competency_id: str, move: Callable[[Competency], Competency]
) -> Answer:
    caller.require_role("org_admin")
    async with uow:
        before = await uow.competencies.get(competency_id)
        after = move(before)
        if after != before:
            await uow.competencies.save(after)
        return await uow.answer(competency_id)
