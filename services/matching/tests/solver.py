"""The solver in the process of the test: the same function, without the second that a fresh process takes."""

from collections.abc import Awaitable, Callable

from services.matching.domain.engine.instance import Instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.solve import solve


class SolverInThisProcess:
    """Solves at once, and asks once whether to go on."""

    async def solve(self, instance: Instance, go_on: Callable[[float], Awaitable[bool]]) -> tuple[Match, ...] | None:
        return solve(instance) if await go_on(0.5) else None
