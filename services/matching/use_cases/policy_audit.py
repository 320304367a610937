"""Audit a policy on the people of a program: nothing is stored, nobody is proposed to anybody."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import orjson

from kit.clock import Clock
from kit.identity import Principal
from services.matching.domain.match_policy import STANDARD_ID
from services.matching.domain.review.audit import Permuted, Served, permuted, sample, served
from services.matching.domain.review.suppression import hidden
from services.matching.domain.run_order import order_run
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.entrants import read_round
from services.matching.use_cases.in_bulk import in_thread
from services.matching.use_cases.ports import BackgroundWork


async def audit(
    work: BackgroundWork, caller: Principal, policy_id: str, program_id: str, seed: int, clock: Clock
) -> bytes:
    """What the policy looks at among the people of the program, and how it serves them."""
    require_coordinator(caller)
    async with work(caller.organization_id, snapshot=True) as uow:
        await uow.take_time()
        program = await uow.programs.get(program_id)
        details = replace(program.details, match_policy_id=None if policy_id == STANDARD_ID else policy_id)
        judged = replace(program, details=details)
        blind = (await uow.policies.get_terms(judged)).blind
        order = order_run(details, None, seed=seed, longest_ring=None, unmatched_first=False)
        found = await read_round(uow, judged, order, clock.now())
        people = await uow.people.list_active()
        least = await uow.topics.min_group_size()
    levels = {person_id: str(level) for person_id, level, _ in people if level is not None}
    departments = {person_id: department for person_id, _, department in people if department is not None}

    def look() -> dict[str, Any]:
        return {
            "match_policy_id": policy_id,
            "match_policy_version": found.policy.version,
            "program_id": program_id,
            "sampled": len(sample(found.problem, seed)),
            "blind": [_told(one) for one in permuted(found.problem, blind, seed)],
            "by_department": _groups(served(found.problem, seed, departments), least),
            "by_reporting_level": _groups(served(found.problem, seed, levels), least),
            "min_group_size": least,
        }

    return orjson.dumps(await in_thread(look))


def _told(one: Permuted) -> dict[str, Any]:
    pairs = [{"teacher_id": teacher, "learner_id": learner} for teacher, learner in one.examples]
    return {**asdict(one), "examples": pairs}


def _groups(found: Mapping[str, Served], least: int) -> list[dict[str, Any]]:
    unsafe = hidden({name: one.learners for name, one in found.items()}, least)
    return [
        {"name": name, "learners": None, "with_teacher": None, "mean_best_score": None}
        if name in unsafe
        else {
            "name": name,
            "learners": one.learners,
            "with_teacher": one.with_teacher,
            "mean_best_score": one.best_scores // one.learners,
        }
        for name, one in found.items()
    ]
