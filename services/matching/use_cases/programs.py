"""Create, change, open and close programs."""

from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.matching.domain.program import (
    Program,
    ProgramDetails,
    change_program,
    close_program,
    create_program,
    merged,
    open_program,
)
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.ports import UnitOfWork


async def create(uow: UnitOfWork, caller: Principal, details: ProgramDetails, ids: Ids, clock: Clock) -> Answer:
    """Draft a program."""
    require_coordinator(caller)
    program = create_program(ids.new("prg"), details, clock.now())
    async with uow:
        await _check_policy(uow, details.match_policy_id)
        await uow.programs.add(program)
        await _tell(uow, program)
        return await uow.answer(program.id, status=201, location=f"/v1/programs/{program.id}")


async def update(
    uow: UnitOfWork, caller: Principal, program_id: str, changes: dict[str, Any], seen: int, clock: Clock
) -> Answer:
    """Change what a program says of itself; `changes` names the fields that were sent."""
    require_coordinator(caller)
    async with uow:
        program = await uow.programs.get(program_id, lock=True)
        check_version(seen, program.version)
        changed = change_program(program, merged(program.details, changes), clock.now())
        if changed.details.match_policy_id != program.details.match_policy_id:
            await _check_policy(uow, changed.details.match_policy_id)
        await uow.programs.save(changed)
        await _tell(uow, changed)
        return await uow.answer(program_id)


async def open_(uow: UnitOfWork, caller: Principal, program_id: str, clock: Clock) -> Answer:
    """Let people take part."""
    require_coordinator(caller)
    async with uow:
        program = open_program(await uow.programs.get(program_id, lock=True), clock.now())
        await uow.programs.save(program)
        await _tell(uow, program)
        return await uow.answer(program_id)


async def close(uow: UnitOfWork, caller: Principal, program_id: str, clock: Clock) -> Answer:
    """End a program; what it still offers is withdrawn, what was agreed goes on."""
    require_coordinator(caller)
    now = clock.now()
    async with uow:
        program = close_program(await uow.programs.get(program_id, lock=True), now)
        await uow.programs.save(program)
        await uow.requests.close_of_program(program_id, now)
        await uow.proposal_batches.withdraw_of_program(program_id, now)
        await _tell(uow, program)
        return await uow.answer(program_id)


async def _check_policy(uow: UnitOfWork, policy_id: str | None) -> None:
    # Locked, so that it is not retired before the program has it.
    if policy_id is not None:
        (await uow.policies.get(policy_id, lock=True)).require_active()


async def _tell(uow: UnitOfWork, program: Program) -> None:
    data = {"name": program.details.name, "kind": program.details.kind}
    await uow.events.append("program.changed", program.id, data)
