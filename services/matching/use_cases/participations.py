"""Join programs, enrol many at once, change one's part, leave."""

from collections.abc import Mapping
from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal, RoleRequiredError
from kit.ids import Ids
from services.matching.domain.kinds import Role
from services.matching.domain.participation import (
    Participation,
    ParticipationNotFoundError,
    PersonNotFoundError,
    change_part,
    confirm,
    eligible_roles,
    take_part,
)
from services.matching.use_cases.access import coordinates, require_coordinator
from services.matching.use_cases.departures import withdraw_of_participant
from services.matching.use_cases.ports import UnitOfWork


async def create(
    uow: UnitOfWork,
    caller: Principal,
    program_id: str,
    person_id: str | None,
    roles: frozenset[Role],
    capacity: int | None,
    ids: Ids,
    clock: Clock,
) -> Answer:
    """Take part oneself, or let a coordinator enter somebody."""
    person_id = person_id or caller.person_id
    if person_id != caller.person and not coordinates(caller):
        raise RoleRequiredError("Only coordinators enter other people.")
    now = clock.now()
    async with uow:
        program = await uow.programs.get(program_id)
        person = (await uow.people.list_by_ids([person_id], now)).get(person_id)
        if person is None:
            raise PersonNotFoundError
        participation = take_part(ids.new("par"), program, person, roles, capacity, now)
        await uow.participations.add(participation)
        location = f"/v1/participations/{participation.id}"
        return await uow.answer(participation.id, status=201, location=location)


async def enroll(uow: UnitOfWork, caller: Principal, program_id: str, ids: Ids, clock: Clock) -> Answer:
    """Enter everybody who may take part, in every role that the program offers them."""
    require_coordinator(caller)
    now = clock.now()
    async with uow:
        program = await uow.programs.get(program_id)
        program.require_open()
        offered = {
            person_id: eligible_roles(program, reporting_level, department)
            for person_id, reporting_level, department in await uow.people.list_active()
        }
        await uow.participations.enrol(
            [
                Participation(ids.new("par"), program_id, person_id, roles, None, 1, now, now)
                for person_id, roles in offered.items()
                if roles
            ]
        )
        return await uow.answer(program_id)


async def update(
    uow: UnitOfWork,
    caller: Principal,
    participation_id: str,
    changes: Mapping[str, Any],
    seen: int,
    clock: Clock,
) -> Answer:
    """Change roles or capacity; `changes` names the fields that were sent."""
    now = clock.now()
    async with uow:
        participation = await _own(uow, caller, participation_id)
        check_version(seen, participation.version)
        program = await uow.programs.get(participation.program_id)
        person = (await uow.people.list_by_ids([participation.person_id], now))[participation.person_id]
        roles = changes.get("roles", participation.roles)
        capacity = changes.get("capacity", participation.capacity)
        await uow.participations.save(change_part(participation, program, person, roles, capacity, now))
        return await uow.answer(participation_id)


async def leave(uow: UnitOfWork, caller: Principal, participation_id: str, seen: int, clock: Clock) -> Answer:
    """Leave the program; what it still offers this person is closed."""
    async with uow:
        participation = await _own(uow, caller, participation_id)
        check_version(seen, participation.version)
        await uow.participations.remove(participation)
        await withdraw_of_participant(uow, participation.program_id, participation.person_id, clock.now())
        return await uow.no_content()


async def say_life(uow: UnitOfWork, caller: Principal, participation_id: str, clock: Clock) -> Answer:
    """Say that one is still there; only the person can."""
    async with uow:
        participation = await uow.participations.get(participation_id)
        if participation.person_id != caller.person:
            raise ParticipationNotFoundError
        await uow.participations.save(confirm(participation, clock.now()))
        return await uow.answer(participation_id)


async def _own(uow: UnitOfWork, caller: Principal, participation_id: str) -> Participation:
    participation = await uow.participations.get(participation_id)
    if participation.person_id != caller.person and not coordinates(caller):
        raise ParticipationNotFoundError
    return participation
