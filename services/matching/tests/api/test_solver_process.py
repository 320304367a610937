import asyncio
from collections.abc import Awaitable, Callable

import psutil
import pytest

from services.matching.clients.solver import SolverProcess
from services.matching.domain.engine.build import build_problem
from services.matching.domain.engine.hashing import from_bytes, to_bytes
from services.matching.domain.engine.problem import Solution
from services.matching.domain.engine.solve import solve
from services.matching.domain.packed_solution import pack_solution
from services.matching.tests.builders import a_learner, a_teacher, entering
from services.matching.use_cases.ports_runs import SolverFailedError


def a_problem_of(pairs: int) -> bytes:
    people = [a_teacher(f"per_t{n:04}") for n in range(pairs)] + [a_learner(f"per_l{n:04}") for n in range(pairs)]
    return to_bytes(build_problem(map(entering, people), seed=3))


async def solve_away(problem: bytes, go_on: Callable[[float], Awaitable[bool]]) -> Solution | None:
    async with SolverProcess().started() as solver:
        return await solver.solve(problem, go_on)


async def always(_: float) -> bool:
    return True


async def test_another_process_gives_the_same_solution() -> None:
    problem = a_problem_of(20)
    solution = await solve_away(problem, always)
    assert isinstance(solution, Solution)
    assert len(solution.learner) == 20
    assert pack_solution(solution) == pack_solution(solve(from_bytes(problem)))


async def test_the_event_loop_stays_awake_while_a_run_is_solved() -> None:
    solving = asyncio.create_task(solve_away(a_problem_of(600), always))
    longest, last = 0.0, asyncio.get_running_loop().time()
    while not solving.done():
        await asyncio.sleep(0.01)
        now = asyncio.get_running_loop().time()
        longest, last = max(longest, now - last), now
    assert await solving
    assert longest < 1.0


async def test_a_run_that_is_to_stop_leaves_no_process_behind() -> None:
    async def never(_: float) -> bool:
        return False

    assert await solve_away(a_problem_of(2000), never) is None
    assert _solvers() == []


async def test_a_run_that_ends_before_there_is_a_problem_leaves_no_process_behind() -> None:
    async with SolverProcess().started():
        assert len(_solvers()) == 1
    assert _solvers() == []


async def test_a_process_that_is_killed_is_a_failure_and_not_a_wait() -> None:
    async def kill(_: float) -> bool:
        for process in _solvers():
            process.kill()
        return True

    with pytest.raises(SolverFailedError):
        await solve_away(a_problem_of(2000), kill)


async def test_what_is_no_problem_is_a_failure() -> None:
    with pytest.raises(SolverFailedError):
        await solve_away(b"nothing that was packed", always)


def _solvers() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children()
        if process.is_running() and any("solver_process" in part for part in process.cmdline())
    ]
