"""The solver and the reviewer in the process of the test: the same functions, without the second of a fresh process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import orjson

from services.matching.clients.review_process import review
from services.matching.domain.engine.hashing import from_bytes
from services.matching.domain.engine.problem import Solution
from services.matching.domain.engine.solve import solve


class SolverInThisProcess:
    """Solves at once, and asks once whether to go on."""

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Self]:
        yield self

    async def solve(self, problem: bytes, go_on: Callable[[float], Awaitable[bool]]) -> Solution | None:
        return solve(from_bytes(problem)) if await go_on(0.5) else None


class ReviewerInThisProcess:
    """Reviews at once."""

    async def review(self, problem: bytes, solution: bytes) -> Any:
        return orjson.loads(review(problem, solution))
