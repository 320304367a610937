import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kit.jobs import Job
from kit.testing.api import ok, problem
from services.matching.clients.solver import SolverProcess
from services.matching.domain.engine.problem import Solution
from services.matching.tests.bodies import LEARNS_PYTHON, PYTHON, SALES, TEACHES_PYTHON, growth_area, strength
from services.matching.tests.conftest import Organization
from services.matching.tests.solver import SolverInThisProcess
from services.matching.use_cases.ports_runs import SolverFailedError
from services.matching.use_cases.run_match import RunMatch

GoOn = Callable[[float], Awaitable[bool]]


class SolverThatIsInterrupted(SolverInThisProcess):
    """Lets something happen while it solves."""

    def __init__(self, happens: Callable[[], Awaitable[Any]]) -> None:
        self._happens = happens

    async def solve(self, problem: bytes, go_on: GoOn) -> Solution | None:
        await self._happens()
        return await SolverInThisProcess.solve(self, problem, go_on)


class SolverAfterWhichItHappens(SolverThatIsInterrupted):
    """Lets something happen once it has solved."""

    async def solve(self, problem: bytes, go_on: GoOn) -> Solution | None:
        solution = await SolverInThisProcess.solve(self, problem, go_on)
        await self._happens()
        return solution


class SolverThatDies(SolverInThisProcess):
    """Fails."""

    async def solve(self, problem: bytes, go_on: GoOn) -> Solution | None:
        raise SolverFailedError("the solving process ended with -9")


async def a_pair(organization: Organization, **fields: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A program in which one teacher fits one learner."""
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program(**fields)
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")
    return program, teacher, learner


def handler(organization: Organization, solver: Any) -> RunMatch:
    wiring = organization.wiring
    return RunMatch(wiring.background_work, solver, wiring.ids, wiring.clock)


def job_of(organization: Organization, run: dict[str, Any]) -> Job:
    return Job("match-run", organization.id, {"match_run_id": run["id"]}, 5)


async def proposals_of(organization: Organization, run: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(await organization.coordinator.get("/v1/proposals", match_run_id=run["id"]))[
        "items"
    ]
    return items


async def test_asking_for_a_run_answers_at_once_and_says_where_to_look(organization: Organization) -> None:
    program = await organization.program()
    asked = await organization.coordinator.post(f"/v1/programs/{program['id']}/match-runs", {"seed": 7})
    run = ok(asked, 202)
    assert (run["status"], run["progress"], run["seed"], run["counts"]) == ("queued", 0, 7, None)
    assert asked.headers["location"] == f"/v1/match-runs/{run['id']}"
    assert asked.headers["retry-after"] == "1"
    assert ok(await organization.coordinator.get(asked.headers["location"])) == run
    listed = ok(await organization.coordinator.get(f"/v1/programs/{program['id']}/match-runs"))["items"]
    assert listed == [run]


async def test_a_run_without_a_seed_says_which_it_took(organization: Organization) -> None:
    program = await organization.program()
    run = await organization.queue_run(program)
    assert 0 <= run["seed"] < 2**31


async def test_a_program_has_one_unfinished_run(organization: Organization) -> None:
    program = await organization.program()
    run = await organization.queue_run(program)
    again = await organization.coordinator.post(f"/v1/programs/{program['id']}/match-runs", {})
    problem(again, 409, "match-run-unfinished")
    await organization.do_run(run)
    await organization.queue_run(program)


async def test_a_done_run_waits_for_review_and_nobody_is_offered_anything(organization: Organization) -> None:
    program, teacher, _ = await a_pair(organization)
    run = await organization.run(program)
    assert (run["status"], run["phase"], run["progress"]) == ("review", "done", 1)
    assert run["counts"] == {
        "people": 2,
        "teachers": 1,
        "learners": 1,
        "matched_learners": 1,
        "unmatched_learners": 0,
        "proposals": 1,
    }
    assert len(run["snapshot_hash"]) == 64
    (planned,) = await proposals_of(organization, run)
    assert (planned["status"], planned["offered_at"]) == ("planned", None)
    caller = organization.caller(teacher["id"])
    assert ok(await caller.get("/v1/proposals"))["items"] == []
    path = f"/v1/proposals/{planned['id']}"
    problem(await caller.get(path), 404, "proposal-not-found")
    problem(await caller.post(f"{path}:accept"), 404, "proposal-not-found")
    problem(await caller.post(f"{path}:decline"), 404, "proposal-not-found")


async def test_publishing_offers_for_two_weeks_and_only_once(organization: Organization) -> None:
    program, teacher, _ = await a_pair(organization)
    run = await organization.run(program)
    path = f"/v1/match-runs/{run['id']}:publish"
    answers = await asyncio.gather(*(organization.coordinator.post(path) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    (offered,) = ok(await organization.caller(teacher["id"]).get("/v1/proposals"))["items"]
    assert offered["status"] == "offered"
    assert offered["expires_at"] > offered["offered_at"]
    problem(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:discard"), 409, "match-run-status")


async def test_discarding_forgets_what_was_found(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.run(program)
    discarded = ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:discard"))
    assert discarded["status"] == "discarded"
    assert await proposals_of(organization, run) == []
    problem(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:publish"), 409, "match-run-status")


async def test_who_left_or_filled_up_meanwhile_is_not_offered_anything(organization: Organization) -> None:
    program, teacher, learner = await a_pair(organization)
    run = await organization.run(program)
    await organization.hear_of_people({**learner, "active": False}, type_="person.deactivated")
    (ended,) = await organization.publish(run)
    assert (ended["status"], ended["offered_at"]) == ("withdrawn", None)

    program, teacher, learner = await a_pair(organization)
    run = await organization.run(program)
    await organization.hear_of_people({**teacher, "teaching_capacity": 0})
    (ended,) = await organization.publish(run)
    assert (ended["status"], ended["offered_at"]) == ("superseded", None)


async def test_two_runs_of_one_program_offer_a_pair_once(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    first, second = await organization.run(program), await organization.run(program)
    assert [one["status"] for one in await organization.publish(first)] == ["offered"]
    assert [one["status"] for one in await organization.publish(second)] == ["superseded"]


async def test_a_pair_that_said_no_is_not_proposed_again(organization: Organization) -> None:
    program, teacher, _ = await a_pair(organization)
    (proposal,) = await organization.publish(await organization.run(program))
    ok(await organization.caller(teacher["id"]).post(f"/v1/proposals/{proposal['id']}:decline"))
    assert (await organization.run(program))["counts"]["proposals"] == 0


async def test_the_same_seed_and_facts_give_the_same_pairs(organization: Organization) -> None:
    program = await organization.program()
    for _ in range(6):
        await organization.take_part(program, await organization.person(**TEACHES_PYTHON), "teacher")
        await organization.take_part(program, await organization.person(**LEARNS_PYTHON), "learner")
    found = []
    for _ in range(2):
        run = await organization.run(program, seed=5)
        pairs = {
            (one["tracks"][0]["teacher_id"], one["tracks"][0]["learner_id"])
            for one in await proposals_of(organization, run)
        }
        found.append((run["snapshot_hash"], pairs))
    assert found[0] == found[1]


async def test_a_cancelled_run_is_not_started(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    assert ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:cancel"))["status"] == "cancelled"
    assert (await organization.do_run(run))["status"] == "cancelled"
    problem(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:cancel"), 409, "match-run-status")


async def test_a_run_that_is_cancelled_while_it_solves_writes_nothing(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    solver = SolverThatIsInterrupted(lambda: organization.coordinator.post(f"/v1/match-runs/{run['id']}:cancel"))
    assert (await organization.do_run(run, solver))["status"] == "cancelled"
    assert await proposals_of(organization, run) == []


async def test_a_run_that_is_cancelled_after_it_solved_writes_nothing_either(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    solver = SolverAfterWhichItHappens(lambda: organization.coordinator.post(f"/v1/match-runs/{run['id']}:cancel"))
    done = await organization.do_run(run, solver)
    assert (done["status"], done["counts"], done["pairs_hash"]) == ("cancelled", None, None)
    assert await proposals_of(organization, run) == []
    problem(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:replay"), 409, "match-run-status")


async def test_who_leaves_while_a_run_is_solved_is_not_offered_anything(organization: Organization) -> None:
    program, teacher, learner = await a_pair(organization)
    run = await organization.queue_run(program)
    gone = {**teacher, "active": False}
    leaves = SolverThatIsInterrupted(lambda: organization.hear_of_people(gone, type_="person.deactivated"))
    done = await organization.do_run(run, leaves)
    assert (done["status"], done["counts"]["proposals"]) == ("review", 1)
    (ended,) = await organization.publish(run)
    assert (ended["status"], ended["offered_at"]) == ("superseded", None)
    assert ok(await organization.caller(learner["id"]).get("/v1/proposals"))["items"] == []


async def test_a_program_that_closes_while_a_run_is_solved_offers_nothing(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    closes = SolverThatIsInterrupted(lambda: organization.coordinator.post(f"/v1/programs/{program['id']}:close"))
    assert (await organization.do_run(run, closes))["status"] == "review"
    problem(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:publish"), 409, "program-status")
    assert ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:discard"))["status"] == "discarded"


async def test_a_job_that_comes_again_changes_nothing(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    done = await organization.do_run(run)
    assert await organization.do_run(run) == done
    assert len(await proposals_of(organization, run)) == 1


async def test_a_run_that_two_workers_do_at_once_has_the_effect_of_one(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    done = await organization.do_run(run, SolverThatIsInterrupted(lambda: organization.do_run(run)))
    assert done["status"] == "review"
    assert len(await proposals_of(organization, run)) == 1


async def test_a_run_whose_worker_died_is_taken_over(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    with pytest.raises(SolverFailedError):
        await organization.do_run(run, SolverThatDies())
    assert ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}"))["status"] == "running"
    assert (await organization.do_run(run))["status"] == "review"


async def test_a_run_that_is_given_up_says_so(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    work = handler(organization, SolverThatDies())
    with pytest.raises(SolverFailedError) as failure:
        await work.run(job_of(organization, run))
    await work.on_failed(job_of(organization, run), failure.value)
    failed = ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}"))
    assert (failed["status"], failed["failure"]) == (
        "failed",
        {"code": "solver-failed", "text": "The solver ended without an answer, 5 times."},
    )
    await work.on_failed(job_of(organization, run), failure.value)
    await organization.queue_run(program)


async def test_nobody_enrolled_gives_an_empty_run(organization: Organization) -> None:
    run = await organization.run(await organization.program())
    assert (run["status"], run["counts"]["people"], run["counts"]["proposals"]) == ("review", 0, 0)
    assert await organization.publish(run) == []


async def test_people_who_pause_or_have_no_place_are_left_out(organization: Organization) -> None:
    program = await organization.program()
    for facts in ({"paused_until": "2999-01-01"}, {"teaching_capacity": 0}, {"active": False}):
        person = await organization.person(**TEACHES_PYTHON, **{**facts, "active": True})
        await organization.take_part(program, person, "teacher")
        await organization.hear_of_people({**person, **facts})
    await organization.take_part(program, await organization.person(**LEARNS_PYTHON), "learner")
    assert (await organization.run(program))["counts"]["teachers"] == 0


async def test_a_reciprocal_program_pairs_people_who_teach_each_other(organization: Organization) -> None:
    program = await organization.program(kind="reciprocal")
    one = await organization.person(strengths=[strength(PYTHON)], growth_areas=[growth_area(SALES)])
    other = await organization.person(strengths=[strength(SALES)], growth_areas=[growth_area(PYTHON)])
    for person in (one, other, await organization.person(**TEACHES_PYTHON)):
        await organization.take_part(program, person, "teacher", "learner")
    (proposal,) = await organization.publish(await organization.run(program))
    assert {(track["teacher_id"], track["competency_label"]) for track in proposal["tracks"]} == {
        (one["id"], "Python"),
        (other["id"], "Sales"),
    }
    assert sum(part["points"] for part in proposal["explanation"]["contributions"]) == proposal["score"]


async def test_a_group_program_gathers_learners_around_a_teacher(organization: Organization) -> None:
    program = await organization.program(format="group", group_size={"min": 2, "max": 3})
    teacher = await organization.person(**TEACHES_PYTHON)
    await organization.take_part(program, teacher, "teacher")
    for _ in range(4):
        await organization.take_part(program, await organization.person(**LEARNS_PYTHON), "learner")
    (proposal,) = await organization.publish(await organization.run(program))
    assert len(proposal["participants"]) == 4
    assert {track["teacher_id"] for track in proposal["tracks"]} == {teacher["id"]}


async def test_runs_are_for_coordinators(organization: Organization) -> None:
    program = await organization.program()
    run = await organization.queue_run(program)
    member, path = organization.caller(), f"/v1/match-runs/{run['id']}"
    for answer in (
        await member.get(path),
        await member.get(f"{path}/progress"),
        await member.get(f"/v1/programs/{program['id']}/match-runs"),
        await member.post(f"/v1/programs/{program['id']}/match-runs", {}),
        await member.post(f"{path}:cancel"),
        await member.post(f"{path}:publish"),
        await member.post(f"{path}:discard"),
    ):
        problem(answer, 403, "role-required")


async def test_another_organization_reaches_no_run(
    organization: Organization, other_organization: Organization
) -> None:
    run = await organization.queue_run(await organization.program())
    stranger, path = other_organization.coordinator, f"/v1/match-runs/{run['id']}"
    for answer in (
        await stranger.get(path),
        await stranger.get(f"{path}/progress"),
        await stranger.post(f"{path}:cancel"),
        await stranger.post(f"{path}:publish"),
        await stranger.post(f"{path}:discard"),
    ):
        problem(answer, 404, "match-run-not-found")
    assert ok(await stranger.get("/v1/proposals", match_run_id=run["id"]))["items"] == []


async def test_progress_is_streamed_until_the_run_has_ended(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.queue_run(program)
    following = asyncio.create_task(organization.coordinator.get(f"/v1/match-runs/{run['id']}/progress"))
    await asyncio.sleep(0.1)
    await organization.do_run(run)
    streamed = await following
    assert streamed.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(line.removeprefix("data: ")) for line in streamed.text.splitlines() if line.startswith("data: ")]
    assert told[0]["status"] == "queued"
    assert told[-1] == ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}"))


async def test_the_solver_works_in_a_process_of_its_own(organization: Organization) -> None:
    program, *_ = await a_pair(organization)
    run = await organization.do_run(await organization.queue_run(program), SolverProcess())
    assert run["counts"]["proposals"] == 1
