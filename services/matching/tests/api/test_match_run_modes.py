from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
)
from services.matching.tests.conftest import Organization


def wants(competency_id: str, target_level: int = 5) -> dict[str, Any]:
    """Somebody who wants to learn all of it."""
    return {"growth_areas": [{**growth_area(competency_id), "target_level": target_level}]}


async def entered(organization: Organization, program: dict[str, Any], *roles: str, **facts: Any) -> str:
    """Somebody new in the program."""
    person = await organization.person(**facts)
    await organization.take_part(program, person, *roles)
    return str(person["id"])


async def pairs_of(organization: Organization, run: dict[str, Any]) -> set[tuple[str, str]]:
    """Who is to teach whom."""
    items = ok(await organization.coordinator.get("/v1/proposals", match_run_id=run["id"]))["items"]
    return {(track["teacher_id"], track["learner_id"]) for item in items for track in item["tracks"]}


@pytest.mark.parametrize(
    ("fields", "mode"),
    [({}, "best_total"), ({"kind": "reciprocal"}, "reciprocal"), ({"format": "group"}, "groups")],
)
async def test_a_run_is_after_what_its_program_is_for(
    organization: Organization, fields: dict[str, Any], mode: str
) -> None:
    run = await organization.run(await organization.program(**fields))
    assert (run["status"], run["mode"], run["longest_ring"], run["unmatched_first"]) == ("review", mode, None, True)


@pytest.mark.parametrize(
    ("fields", "body", "pointer"),
    [
        ({}, {"mode": "groups"}, "/body/mode"),
        ({"format": "group"}, {"mode": "best_total"}, "/body/mode"),
        ({"kind": "reciprocal"}, {"mode": "stable"}, "/body/mode"),
        ({}, {"longest_ring": 4}, "/body/longest_ring"),
    ],
)
async def test_a_mode_that_contradicts_the_program_is_refused(
    organization: Organization, fields: dict[str, Any], body: dict[str, Any], pointer: str
) -> None:
    program = await organization.program(**fields)
    refused = await organization.coordinator.post(f"/v1/programs/{program['id']}/match-runs", body)
    assert [error["pointer"] for error in problem(refused, 422, "mode-not-offered")["errors"]] == [pointer]


async def test_a_run_says_how_good_it_is_and_by_what(organization: Organization) -> None:
    program = await organization.program()
    await entered(organization, program, "teacher", **TEACHES_PYTHON)
    await entered(organization, program, "learner", **LEARNS_PYTHON)
    queued = await organization.queue_run(program)
    unknown = ("snapshot_hash", "pairs_hash", "counts", "total", "upper_bound", "gap_basis_points", "solver", "replay")
    assert [queued[name] for name in unknown] == [None] * len(unknown)
    run = await organization.do_run(queued)
    (proposal,) = ok(await organization.coordinator.get("/v1/proposals", match_run_id=run["id"]))["items"]
    assert run["total"] == run["upper_bound"] == proposal["score"]
    assert (run["gap_basis_points"], run["match_policy_id"], run["match_policy_version"]) == (0, None, 1)
    assert (run["solver"], run["replay_of"], run["failure"]) == ("min-cost flow", None, None)


async def test_the_best_total_may_leave_somebody_out_whom_most_participants_serves(organization: Organization) -> None:
    program = await organization.program()
    both = {"strengths": [strength(PYTHON, 5), strength(SALES, 1)]}
    able = await entered(organization, program, "teacher", **both)
    weak = await entered(organization, program, "teacher", strengths=[strength(PYTHON, 1)])
    coder = await entered(organization, program, "learner", **wants(PYTHON))
    seller = await entered(organization, program, "learner", **wants(SALES))
    best = await organization.run(program, mode="best_total")
    assert await pairs_of(organization, best) == {(able, coder)}
    for mode in ("most_participants", "max_min"):
        run = await organization.run(program, mode=mode)
        assert (run["mode"], run["counts"]["matched_learners"]) == (mode, 2)
        assert await pairs_of(organization, run) == {(weak, coder), (able, seller)}


async def test_nobody_would_rather_have_each_other_in_a_stable_run(organization: Organization) -> None:
    program = await organization.program()
    one, other = [await entered(organization, program, "teacher", **TEACHES_PYTHON) for _ in range(2)]
    first, second = [await entered(organization, program, "learner", **LEARNS_PYTHON) for _ in range(2)]
    parts = ok(await organization.coordinator.get(f"/v1/programs/{program['id']}/participations"))["items"]
    part_of = {part["person_id"]: part["id"] for part in parts}
    for chooser, said in (
        (first, {"teachers": [other]}),
        (second, {"teachers": [other]}),
        (other, {"learners": [second]}),
    ):
        path = f"/v1/participations/{part_of[chooser]}/choices"
        ok(await organization.caller(chooser).change("PUT", path, said, version=0))
    run = await organization.run(program, mode="stable")
    assert await pairs_of(organization, run) == {(one, first), (other, second)}


async def test_a_ring_is_one_proposal_in_which_each_teaches_the_next(organization: Organization) -> None:
    program = await organization.program()
    law = "cmp_" + "0" * 31 + "3"
    topics = [PYTHON, SALES, law]
    ring = []
    for held, wanted in zip(topics, [*topics[1:], topics[0]], strict=True):
        teaches = {**strength(), "competency_id": held, "competency_label": f"Competency {held[-1]}"}
        learns = {**growth_area(), "competency_id": wanted, "competency_label": f"Competency {wanted[-1]}"}
        facts = {"strengths": [teaches], "growth_areas": [learns]}
        ring.append(await entered(organization, program, "teacher", "learner", **facts))
    run = await organization.run(program, mode="cycles", longest_ring=4)
    assert (run["mode"], run["longest_ring"], run["counts"]["proposals"]) == ("cycles", 4, 1)
    assert await pairs_of(organization, run) == {(ring[1], ring[0]), (ring[2], ring[1]), (ring[0], ring[2])}


async def test_who_was_left_out_comes_first_the_next_time_unless_asked_otherwise(organization: Organization) -> None:
    program = await organization.program()
    await entered(organization, program, "teacher", strengths=[strength(PYTHON, 1)])
    learners = {await entered(organization, program, "learner", **wants(PYTHON)) for _ in range(2)}
    run = await organization.run(program)
    await organization.publish(run)
    ((_, served),) = await pairs_of(organization, run)
    (left,) = learners - {served}
    teacher = await entered(organization, program, "teacher", strengths=[strength(PYTHON, 1)])
    better = await entered(organization, program, "learner", **wants(PYTHON, 1))
    by_score = await organization.run(program, unmatched_first=False)
    assert await pairs_of(organization, by_score) == {(teacher, better)}
    first = await organization.run(program)
    assert await pairs_of(organization, first) == {(teacher, left)}


async def test_who_loses_the_teacher_between_review_and_publication_comes_first_too(organization: Organization) -> None:
    program = await organization.program()
    gone = await organization.person(**TEACHES_PYTHON)
    await organization.take_part(program, gone, "teacher")
    waiting = await entered(organization, program, "learner", **wants(PYTHON))
    run = await organization.run(program)
    await organization.hear_of_people({**gone, "teaching_capacity": 0})
    await organization.publish(run)
    teacher = await entered(organization, program, "teacher", strengths=[strength(PYTHON, 1)])
    await entered(organization, program, "learner", **wants(PYTHON, 1))
    assert await pairs_of(organization, await organization.run(program)) == {(teacher, waiting)}
