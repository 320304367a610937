import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kit.testing.api import ok, problem
from kit.testing.clock import FixedClock
from services.matching.domain.engine.problem import Solution
from services.matching.domain.outcome import SNAPSHOTS_KEPT_FOR
from services.matching.storage.repositories.snapshots import prune_snapshots
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization
from services.matching.tests.solver import SolverInThisProcess


class SolverThatErrs(SolverInThisProcess):
    """Answers with a score that is one point too high."""

    async def solve(self, problem: bytes, go_on: Any) -> Solution | None:
        solution = await super().solve(problem, go_on)
        assert solution is not None
        return replace(solution, score=solution.score + 1)


async def a_run(organization: Organization, pairs: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    """A program with a run in review."""
    program = await organization.program()
    for _ in range(pairs):
        await organization.take_part(program, await organization.person(**TEACHES_PYTHON), "teacher")
        await organization.take_part(program, await organization.person(**LEARNS_PYTHON), "learner")
    return program, await organization.run(program, seed=11)


async def ask(organization: Organization, run: dict[str, Any]) -> dict[str, Any]:
    """A replay that no worker has taken."""
    replay: dict[str, Any] = ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:replay"), 202)
    return replay


async def test_a_replay_finds_the_same_pairs_and_proposes_nothing(organization: Organization) -> None:
    program, run = await a_run(organization)
    asked = await organization.coordinator.post(f"/v1/match-runs/{run['id']}:replay")
    replay = ok(asked, 202)
    assert asked.headers["location"] == f"/v1/match-runs/{replay['id']}"
    assert (replay["status"], replay["replay_of"], replay["replay"]) == ("queued", run["id"], None)
    done = await organization.do_run(replay)
    assert (done["status"], done["phase"], done["progress"]) == ("replayed", "done", 1)
    assert done["replay"] == {"equal": True, "pairs_hash": run["pairs_hash"]}
    same = ("program_id", "mode", "seed", "snapshot_hash", "pairs_hash", "counts", "total", "upper_bound")
    assert {name: done[name] for name in same} == {name: run[name] for name in same}
    assert ok(await organization.coordinator.get("/v1/proposals", match_run_id=done["id"]))["items"] == []
    assert ok(await organization.coordinator.get(f"/v1/match-runs/{run['id']}")) == run
    listed = ok(await organization.coordinator.get(f"/v1/programs/{program['id']}/match-runs"))["items"]
    assert listed == [done, run]


async def test_what_has_changed_since_changes_no_replay(organization: Organization) -> None:
    program, run = await a_run(organization, pairs=1)
    (proposal,) = await organization.publish(run)
    for track in proposal["tracks"]:
        await organization.hear_of_people({**await organization.person(), "id": track["teacher_id"], "active": False})
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}:close"))
    done = await organization.do_run(await ask(organization, run))
    assert (done["replay"]["equal"], done["snapshot_hash"]) == (True, run["snapshot_hash"])


async def test_a_replay_that_comes_out_differently_says_so(organization: Organization) -> None:
    _, run = await a_run(organization)
    done = await organization.do_run(await ask(organization, run), SolverThatErrs())
    assert done["status"] == "replayed"
    assert done["replay"] == {"equal": False, "pairs_hash": done["pairs_hash"]}
    assert done["pairs_hash"] != run["pairs_hash"]


async def test_a_run_has_one_unfinished_replay_which_stands_in_the_way_of_no_run(organization: Organization) -> None:
    program, run = await a_run(organization)
    path = f"/v1/match-runs/{run['id']}:replay"
    answers = await asyncio.gather(*(organization.coordinator.post(path) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409]
    problem(await organization.coordinator.post(path), 409, "match-run-unfinished")
    await organization.run(program)
    (replay,) = [ok(answer, 202) for answer in answers if answer.status_code == 202]
    assert (await organization.do_run(replay))["replay"]["equal"]
    ok(await organization.coordinator.post(path), 202)


async def test_a_replay_is_cancelled_like_a_run_and_never_published(organization: Organization) -> None:
    _, run = await a_run(organization)
    replay = await ask(organization, run)
    ok(await organization.coordinator.post(f"/v1/match-runs/{replay['id']}:cancel"))
    assert (await organization.do_run(replay))["status"] == "cancelled"
    done = await organization.do_run(await ask(organization, run))
    for verb in ("publish", "discard", "replay", "cancel"):
        problem(await organization.coordinator.post(f"/v1/match-runs/{done['id']}:{verb}"), 409, "match-run-status")


async def test_only_what_found_something_is_replayed(organization: Organization) -> None:
    program, run = await a_run(organization)
    queued = await organization.queue_run(program)
    ok(await organization.coordinator.post(f"/v1/match-runs/{run['id']}:discard"))
    for one in (queued, run):
        problem(await organization.coordinator.post(f"/v1/match-runs/{one['id']}:replay"), 409, "match-run-status")


async def test_a_snapshot_is_kept_for_its_time_and_then_missed_in_words(organization: Organization) -> None:
    _, run = await a_run(organization)
    wiring = organization.wiring
    now = wiring.clock.now()
    await prune_snapshots(wiring.database, FixedClock(now + SNAPSHOTS_KEPT_FOR - timedelta(hours=1)))
    replay = await ask(organization, run)
    assert await prune_snapshots(wiring.database, FixedClock(now + SNAPSHOTS_KEPT_FOR + timedelta(hours=1))) >= 1
    done = await organization.do_run(replay)
    assert (done["status"], done["failure"]["code"]) == ("failed", "snapshot-gone")
    path = f"/v1/match-runs/{run['id']}"
    problem(await organization.coordinator.post(f"{path}:replay"), 409, "match-run-snapshot-gone")
    ok(await organization.coordinator.post(f"{path}:publish"))


async def test_replays_are_for_coordinators_of_the_organization(
    organization: Organization, other_organization: Organization
) -> None:
    _, run = await a_run(organization)
    path = f"/v1/match-runs/{run['id']}:replay"
    problem(await organization.caller().post(path), 403, "role-required")
    problem(await other_organization.coordinator.post(path), 404, "match-run-not-found")
