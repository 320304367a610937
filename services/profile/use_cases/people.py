"""Create and change people as the HR system knows them."""

from collections.abc import Mapping
from typing import Any

from kit.answers import Answer, check_version
from kit.errors import FieldError
from kit.identity import Principal
from kit.ids import Ids
from services.profile.domain import person as rules
from services.profile.domain.person import PERSON_CHANGED, EmploymentStatus, Person
from services.profile.domain.reporting_lines import UnknownManagerError, check_manager, shifted
from services.profile.use_cases.ports import UnitOfWork

HR_ROLES = ("org_admin", "integration")


async def create(uow: UnitOfWork, caller: Principal, values: Mapping[str, Any], ids: Ids) -> Answer:
    """Take a new person in."""
    caller.require_role(*HR_ROLES)
    async with uow:
        await uow.people.lock_structure()
        person = rules.new_person(ids.new("per"), values, await uow.organizations.time_zone())
        await _check_manager(uow, person)
        await uow.people.add(person)
        await _tell(uow, [PERSON_CHANGED], person.id, await _restructure(uow, None, person))
        return await uow.answer(person.id, status=201, location=f"/v1/people/{person.id}")


async def update(uow: UnitOfWork, caller: Principal, person_id: str, values: Mapping[str, Any], seen: int) -> Answer:
    """Change what the HR system says of a person; `values` has the fields that were sent."""
    caller.require_role(*HR_ROLES)
    restructures = not {"manager_id", "external_id"}.isdisjoint(values)
    async with uow:
        if restructures:
            await uow.people.lock_structure()
        before = await uow.people.get(person_id)
        check_version(seen, before.version)
        after = rules.change(before, values)
        if after != before:
            if after.manager_id != before.manager_id:
                await _check_manager(uow, after)
            await uow.people.save(after)
            moved = await _restructure(uow, before, after) if restructures else set()
            await _tell(uow, rules.events_of(before, after), person_id, moved)
        return await uow.answer(person_id)


async def set_employment_status(uow: UnitOfWork, caller: Principal, person_id: str, status: EmploymentStatus) -> Answer:
    """Say whether a person works here at present."""
    caller.require_role(*HR_ROLES)
    async with uow:
        before = await uow.people.get(person_id)
        after = rules.set_employment_status(before, status)
        if after != before:
            await uow.people.save(after)
            await _tell(uow, rules.events_of(before, after), person_id, set())
        return await uow.answer(person_id)


async def _check_manager(uow: UnitOfWork, person: Person) -> None:
    if person.manager_id is None:
        return
    chain = await uow.people.chain_from(person.manager_id)
    if not chain and person.manager_id != person.id:
        error = FieldError("/body/manager_id", "unknown-manager", "There is no such person.")
        raise UnknownManagerError(errors=[error])
    check_manager(person.id, person.manager_id, chain)


async def _restructure(uow: UnitOfWork, before: Person | None, person: Person) -> set[str]:
    """Give the person those who waited for them, bring all levels up to date, and say whom that touched."""
    moved: set[str] = set()
    waiting = [] if person.external_id is None else await uow.people.waiting_for(person.external_id)
    if not waiting and person.manager_id == (before.manager_id if before is not None else None):
        return moved
    if waiting:
        # Who is above the person cannot be below them too, whatever the HR system said.
        above = set(await uow.people.chain_from(person.id))
        await uow.people.end_waiting([each for each in waiting if each in above], None)
        await uow.people.end_waiting([each for each in waiting if each not in above], person.id)
        moved.update(waiting)
    lines = shifted(await uow.people.lines())
    await uow.people.save_levels(lines)
    moved.update(line.person_id for line in lines)
    return moved


async def _tell(uow: UnitOfWork, events: list[str], person_id: str, moved: set[str]) -> None:
    if PERSON_CHANGED in events:
        moved = moved | {person_id}
    for event in events:
        if event != PERSON_CHANGED:
            await uow.events.append(event, person_id, {})
    await uow.events.append_many(PERSON_CHANGED, [(each, {}) for each in sorted(moved)])
