"""Routes that say what runs came to: how fair they were, whom they left out and why, and what two have different."""

from fastapi import Response

from kit.answers import JSON, in_language
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Locale, Wired
from services.matching.api.schemas.common import MatchRunInPath, PolicyInPath
from services.matching.api.schemas.reviews import (
    AuditIn,
    AuditOut,
    CompareIn,
    ComparisonOut,
    FairnessOut,
    LeftOutPage,
    OutcomeOut,
)
from services.matching.queries.reviews import compare, get_fairness, get_outcome, list_left_out
from services.matching.use_cases.policy_audit import audit

router = ApiRouter(prefix="/v1")


@router.get(
    "/match-runs/{match_run_id}/fairness", response_model=FairnessOut, tags=["match-runs"], summary="Judge a run"
)
async def fairness_get(match_run_id: MatchRunInPath, caller: Caller, wired: Wired) -> Response:
    """Coverage, load, ranks, envy, and the total against greedy and the bound. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        return (await get_fairness(db, match_run_id)).response()


@router.get(
    "/match-runs/{match_run_id}/unmatched",
    response_model=LeftOutPage,
    tags=["match-runs"],
    summary="List who was left out",
)
async def unmatched_list(
    match_run_id: MatchRunInPath, caller: Caller, page: Paging, locale: Locale, wired: Wired
) -> Response:
    """Learners whom the run left without a teacher, each with the reason. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        body = await list_left_out(db, page, match_run_id, locale)
    return Response(body, headers=in_language(locale), media_type=JSON)


@router.get(
    "/match-runs/{match_run_id}/outcome",
    response_model=OutcomeOut,
    tags=["match-runs"],
    summary="Get my outcome of a run",
)
async def outcome_get(match_run_id: MatchRunInPath, caller: Caller, locale: Locale, wired: Wired) -> Response:
    """What a published run found for the caller as a learner, and if nothing, why."""
    async with wired.read(caller) as db:
        return (await get_outcome(db, match_run_id, locale)).response()


@router.post("/match-runs:compare", response_model=ComparisonOut, tags=["match-runs"], summary="Compare two runs")
async def match_runs_compare(body: CompareIn, caller: Caller, wired: Wired) -> Response:
    """Who gains and who loses by the second run instead of the first. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        found = await compare(db, *body.match_run_ids)
    return Response(found, media_type=JSON)


@router.post(
    "/match-policies/{match_policy_id}:audit",
    response_model=AuditOut,
    tags=["match-policies"],
    summary="Audit a policy",
)
async def match_policies_audit(match_policy_id: PolicyInPath, body: AuditIn, caller: Caller, wired: Wired) -> Response:
    """Deals out every blind attribute anew among a program's people and counts the ranks that change: none should.

    Also says how learners of each department and level fare. Needs the role `coordinator`.
    """
    found = await audit(wired.background_work, caller, match_policy_id, body.program_id, body.seed, wired.clock)
    return Response(found, media_type=JSON)
