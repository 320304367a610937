"""The solver in a process of its own, so that the worker stays awake, and a run can be stopped at any moment."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from services.matching.clients import solver_process
from services.matching.domain.engine.problem import Solution
from services.matching.domain.packed_solution import unpack_solution
from services.matching.use_cases.ports_runs import SolverFailedError

ROOT = Path(__file__).parents[3]
LONGEST_SILENCE_SECONDS = 1.0


class SolverProcess:
    """Solves each problem in a fresh process, which ends with it."""

    @asynccontextmanager
    async def started(self) -> AsyncIterator["StartedProcess"]:
        """A process that loads what it needs while its problem is still being put together."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            solver_process.__name__,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield StartedProcess(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


class StartedProcess:
    """A process that solves one problem."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def solve(self, problem: bytes, go_on: Callable[[float], Awaitable[bool]]) -> Solution | None:
        """The solution of a packed problem; None if `go_on`, which hears the share of work done, said to stop.

        `SolverFailedError` if the process ends without an answer.
        """
        sending = asyncio.create_task(_send(self._process, problem))
        try:
            if not await _wait(self._process, go_on):
                return None
            return await _receive(self._process)
        finally:
            sending.cancel()


async def _send(process: asyncio.subprocess.Process, problem: bytes) -> None:
    assert process.stdin is not None, "the process was started with a pipe"
    process.stdin.write(problem)
    process.stdin.write_eof()
    await process.stdin.drain()


async def _wait(process: asyncio.subprocess.Process, go_on: Callable[[float], Awaitable[bool]]) -> bool:
    """Pass on what the process says of its progress until it is done; False once it is to stop."""
    assert process.stdout is not None, "the process was started with a pipe"
    share = 0.0
    while await go_on(share):
        try:
            line = await asyncio.wait_for(process.stdout.readline(), LONGEST_SILENCE_SECONDS)
        except TimeoutError:
            continue
        if line == solver_process.DONE:
            return True
        if not line:
            raise SolverFailedError(f"the solving process ended with {await process.wait()}")
        share = float(line)
    return False


async def _receive(process: asyncio.subprocess.Process) -> Solution:
    assert process.stdout is not None, "the process was started with a pipe"
    answer = await process.stdout.read()
    if await process.wait():
        raise SolverFailedError(f"the solving process ended with {process.returncode} in the middle of its answer")
    return await asyncio.to_thread(unpack_solution, answer)
