"""How fair runs were, whom they left out and why, what two have different, and what a policy looks at."""

from typing import Any

import pytest

from kit.jobs import Job
from kit.testing.api import ok, problem
from services.matching.clients.reviewer import ReviewProcess
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    LEARNS_PYTHON_PRIVATELY,
    TEACHES_PYTHON,
)
from services.matching.tests.conftest import Organization
from services.matching.use_cases.ports_reviews import REVIEW_RUN
from services.matching.use_cases.review_run import ReviewRun


async def enter(organization: Organization, program: Any, role: str, number: int, **facts: Any) -> list[dict[str, Any]]:
    people = [await organization.person(**facts) for _ in range(number)]
    for person in people:
        await organization.take_part(program, person, role)
    return people


async def reviewed(organization: Organization, program: Any) -> dict[str, Any]:
    run = await organization.run(program)
    await organization.review(run)
    return run


async def test_a_run_is_judged_by_coverage_load_and_ranks(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "teacher", 5, **TEACHES_PYTHON, department="Tech")
    await enter(organization, program, "learner", 5, **LEARNS_PYTHON, department="Board")
    await enter(organization, program, "learner", 6, **LEARNS_PYTHON, department="Sales")
    run = await reviewed(organization, program)
    told = ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"))
    assert (told["learners"], told["sampled"], told["teachers"], told["ranks"]["none"]) == (11, 11, 5, 6)
    assert (told["load_gini"], told["busiest_share"]) == (0, 20)
    assert told["total"] == run["total"] <= told["upper_bound"]
    coverage = {one["name"]: (one["learners"], one["matched"]) for one in told["coverage_by_department"]}
    assert sum(matched for _, matched in coverage.values()) == 5
    assert {name: learners for name, (learners, _) in coverage.items()} == {"Board": 5, "Sales": 6}


async def test_coverage_of_few_and_what_would_tell_it_is_left_out(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "learner", 6, **LEARNS_PYTHON, department="Sales")
    await enter(organization, program, "learner", 2, **LEARNS_PYTHON, department="Law")
    run = await reviewed(organization, program)
    told = ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"))
    assert [one["learners"] for one in told["coverage_by_department"]] == [None, None]


async def test_a_run_that_was_not_reviewed_yet_says_so(organization: Organization) -> None:
    run = await organization.run(await organization.program())
    problem(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"), 409, "review-pending")
    await organization.review(run)
    ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"))


async def test_who_is_left_out_is_told_why_in_words(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "teacher", 1, **TEACHES_PYTHON, languages=["fr"])
    (learner,) = await enter(organization, program, "learner", 1, **LEARNS_PYTHON)
    run = await organization.run(program)
    path = f"/v1/match-runs/{run['id']}"
    assert ok(await organization.coordinator.get(f"{path}/unmatched"))["items"][0]["code"] is None
    await organization.review(run)
    (item,) = ok(await organization.coordinator.get(f"{path}/unmatched"))["items"]
    assert (item["person_id"], item["code"], item["rule"]) == (learner["id"], "rule", "language")
    me = organization.caller(learner["id"])
    problem(await me.get(f"{path}/outcome"), 404, "match-run-not-found")
    await organization.publish(run)
    outcome = ok(await me.get(f"{path}/outcome"))
    assert (outcome["matched"], outcome["reason"]["rule"]) == (False, "language")
    assert "language" in outcome["reason"]["text"]
    assert outcome["reason"]["change"]


async def test_who_was_matched_reads_so(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "teacher", 1, **TEACHES_PYTHON)
    (learner,) = await enter(organization, program, "learner", 1, **LEARNS_PYTHON)
    run = await reviewed(organization, program)
    await organization.publish(run)
    outcome = ok(await organization.caller(learner["id"]).get(f"/v1/match-runs/{run['id']}/outcome"))
    assert outcome == {"matched": True, "reason": None}


async def test_nothing_private_is_in_a_reason(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "teacher", 1, **TEACHES_PYTHON, languages=["fr"])
    await enter(organization, program, "learner", 1, **LEARNS_PYTHON_PRIVATELY)
    run = await reviewed(organization, program)
    answer = await organization.coordinator.get(f"/v1/match-runs/{run['id']}/unmatched")
    assert "Python" not in answer.text
    assert LEARNS_PYTHON["growth_areas"][0]["competency_id"] not in answer.text


async def test_an_exclusion_reads_as_nobody_free(organization: Organization) -> None:
    program = await organization.program()
    (teacher,) = await enter(organization, program, "teacher", 1, **TEACHES_PYTHON)
    learner = await organization.person(**LEARNS_PYTHON)
    part = await organization.take_part(program, learner, "learner")
    path = f"/v1/participations/{part['id']}/choices"
    said = {"teachers": [], "learners": [], "excluded": [teacher["id"]]}
    ok(await organization.caller(learner["id"]).change("PUT", path, said, version=0))
    run = await reviewed(organization, program)
    (item,) = ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/unmatched"))["items"]
    assert (item["code"], item["short_by"]) == ("nobody-free", None)


async def test_two_runs_are_compared_by_who_gains_and_who_loses(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "learner", 2, **LEARNS_PYTHON)
    before = await organization.run(program)
    await enter(organization, program, "teacher", 1, **TEACHES_PYTHON)
    after = await organization.run(program)
    body = {"match_run_ids": [before["id"], after["id"]]}
    told = ok(await organization.coordinator.post("/v1/match-runs:compare", body, key=None))
    assert (told["gaining"], told["newly_matched"], told["losing"]) == (1, 1, 0)
    assert told["total_after"] == told["greatest_gains"][0]["score_after"] == after["total"]
    back = {"match_run_ids": [after["id"], before["id"]]}
    assert ok(await organization.coordinator.post("/v1/match-runs:compare", back, key=None))["no_longer_matched"] == 1


async def test_runs_of_different_programs_are_not_compared(organization: Organization) -> None:
    one = await organization.run(await organization.program())
    other = await organization.run(await organization.program())
    body = {"match_run_ids": [one["id"], other["id"]]}
    problem(await organization.coordinator.post("/v1/match-runs:compare", body, key=None), 409, "runs-not-comparable")


async def test_the_standard_policy_looks_at_nothing_that_it_is_blind_to(organization: Organization) -> None:
    program = await organization.program()
    await enter(organization, program, "teacher", 5, **TEACHES_PYTHON, reporting_level=4, department="Tech")
    await enter(organization, program, "learner", 6, **LEARNS_PYTHON, reporting_level=1, department="Board")
    path = "/v1/match-policies/standard:audit"
    told = ok(await organization.coordinator.post(path, {"program_id": program["id"]}, key=None))
    assert {one["attribute"]: one["changed_ranks"] for one in told["blind"]} == {
        "name": 0,
        "reporting_level": 0,
        "department": 0,
    }
    (board,) = told["by_department"]
    assert (board["name"], board["learners"], board["with_teacher"]) == ("Board", 6, 6)


@pytest.mark.parametrize("path", ["fairness", "unmatched"])
async def test_reviews_are_for_coordinators_of_the_organization(
    organization: Organization, other_organization: Organization, path: str
) -> None:
    run = await reviewed(organization, await organization.program())
    address = f"/v1/match-runs/{run['id']}/{path}"
    problem(await organization.caller().get(address), 403, "role-required")
    problem(await other_organization.coordinator.get(address), 404, "match-run-not-found")
    body = {"match_run_ids": [run["id"], run["id"]]}
    problem(await organization.caller().post("/v1/match-runs:compare", body, key=None), 403, "role-required")


async def test_a_discarded_run_is_not_reviewed(organization: Organization) -> None:
    run = await organization.run(await organization.program())
    ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:discard"))
    await organization.review(run)
    problem(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"), 409, "review-pending")


async def test_a_run_is_reviewed_in_a_process_of_its_own(organization: Organization) -> None:
    run = await organization.run(await organization.program())
    handler = ReviewRun(organization.wiring.background_work, ReviewProcess())
    await handler.run(Job(REVIEW_RUN, organization.id, {"match_run_id": run["id"]}, 1))
    ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}/fairness"))
