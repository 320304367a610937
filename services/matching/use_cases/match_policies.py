"""Make match policies, change them version by version, retire them."""

from collections.abc import Callable
from typing import Any

from kit.answers import Answer, check_version
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.matching.domain.match_policy import (
    STANDARD_ID,
    MatchPolicy,
    PolicyDetails,
    StandardPolicyError,
    change_policy,
    create_policy,
    merged,
    retire_policy,
)
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.ports import UnitOfWork


async def create(uow: UnitOfWork, caller: Principal, details: PolicyDetails, ids: Ids, clock: Clock) -> Answer:
    """Make a policy, in its first version."""
    require_coordinator(caller)
    policy = create_policy(ids.new("pol"), details, clock.now())
    async with uow:
        await uow.policies.add(policy)
        return await uow.answer(policy.id, status=201, location=f"/v1/match-policies/{policy.id}")


async def replace(
    uow: UnitOfWork, caller: Principal, policy_id: str, details: PolicyDetails, seen: int, clock: Clock
) -> Answer:
    """Make the next version out of these details."""
    return await _change(uow, caller, policy_id, lambda _: details, seen, clock)


async def update(
    uow: UnitOfWork, caller: Principal, policy_id: str, changes: dict[str, Any], seen: int, clock: Clock
) -> Answer:
    """Make the next version out of the present one; `changes` names the fields that were sent."""
    return await _change(uow, caller, policy_id, lambda details: merged(details, changes), seen, clock)


async def retire(uow: UnitOfWork, caller: Principal, policy_id: str, clock: Clock) -> Answer:
    """Let no new program take it; those that have it keep it."""
    require_coordinator(caller)
    async with uow:
        policy = await _own(uow, policy_id)
        await uow.policies.save(retire_policy(policy, clock.now()))
        return await uow.answer(policy_id)


async def _change(
    uow: UnitOfWork,
    caller: Principal,
    policy_id: str,
    change: Callable[[PolicyDetails], PolicyDetails],
    seen: int,
    clock: Clock,
) -> Answer:
    require_coordinator(caller)
    async with uow:
        policy = await _own(uow, policy_id)
        check_version(seen, policy.version)
        changed = change_policy(policy, change(policy.details), clock.now())
        if changed is not policy:
            await uow.policies.save(changed)
        return await uow.answer(policy_id)


async def _own(uow: UnitOfWork, policy_id: str) -> MatchPolicy:
    if policy_id == STANDARD_ID:
        raise StandardPolicyError("It is built in. Make a policy of your own.")
    return await uow.policies.get(policy_id, lock=True)
