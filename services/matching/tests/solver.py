"""The solver in the process of the test: the same function, without the second that a fresh process takes."""

from collections.abc import Awaitable, Callable

from services.matching.domain.engine.hashing import from_bytes
from services.matching.domain.engine.problem import Solution
from services.matching.domain.engine.solve import solve


class SolverInThisProcess:
    """Solves at once, and asks once whether to go on."""

    async def solve(self, problem: bytes, go_on: Callable[[float], Awaitable[bool]]) -> Solution | None:
        return solve(from_bytes(problem)) if await go_on(0.5) else None
