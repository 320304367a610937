"""What match runs need from the outside."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.matching.domain.drafting import Draft
from services.matching.domain.engine.problem import Solution
from services.matching.domain.entry import Candidate
from services.matching.domain.match_run import MatchRun, Phase
from services.matching.domain.outcome import Snapshot


class MatchRuns(Protocol):
    """Match runs; what is read is locked for a change."""

    async def add(self, run: MatchRun) -> None:
        """Store a new run; `RunUnfinishedError` if one that it would stand in the way of has not ended."""
        ...

    async def get(self, match_run_id: str) -> MatchRun:
        """The run; `MatchRunNotFoundError` if there is none."""
        ...

    async def save(self, run: MatchRun) -> None:
        """Store its new state."""
        ...

    async def report_progress(self, match_run_id: str, phase: Phase, progress: float) -> bool:
        """Note how far a running run is; False if it is not running any more."""
        ...


class Entrants(Protocol):
    """What a match run is made of."""

    def stream(
        self, program_id: str, now: datetime, *, with_profiles: bool = True
    ) -> AsyncGenerator[Iterable[Candidate], None]:
        """Everybody who takes part in the program, as of now, some at a time, in the order of their ids.

        Perhaps without what they teach, want and when. A person is made when the iteration comes to them.
        """
        ...

    async def labels(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """The names of what these people hold and want, by competency; the name that the last of them has counts."""
        ...

    async def apart(self, program_id: str) -> Sequence[tuple[str, str]]:
        """Pairs that are not to be proposed (again), the smaller id first."""
        ...


class Snapshots(Protocol):
    """What runs leave behind beside their proposals."""

    async def add(self, match_run_id: str, snapshot: Snapshot, kept_until: datetime) -> None:
        """Keep what a run was computed from and what came out, until then."""
        ...

    async def get(self, match_run_id: str) -> Snapshot:
        """What is kept of a run; `SnapshotGoneError` if nothing is any more."""
        ...

    async def require(self, match_run_id: str) -> None:
        """Refuse with `SnapshotGoneError` if nothing is kept of a run."""
        ...

    async def add_people(self, match_run_id: str, prices: Mapping[str, int], left_out: Collection[str]) -> None:
        """Keep what places were worth, by teacher, and who found none."""
        ...

    async def list_left_out(self, program_id: str) -> Sequence[str]:
        """The learners whom the program's last published run left without a teacher."""
        ...

    async def keep_last(self, program_id: str, match_run_id: str) -> None:
        """Forget the prices and the people left out of the program's earlier published runs."""
        ...

    async def discard(self, match_run_id: str) -> None:
        """Forget all that is kept of a run."""
        ...


class NewProposals(Protocol):
    """Proposals that come into being."""

    async def add(self, drafts: Sequence[Draft], now: datetime, *, expires_at: datetime | None = None) -> None:
        """Store new proposals; those with an end are offered at once."""
        ...


class SolverFailedError(Exception):
    """The solver ended without an answer."""


class Solver(Protocol):
    """Solves one problem away from the process that asks."""

    async def solve(self, problem: bytes, go_on: Callable[[float], Awaitable[bool]]) -> Solution | None:
        """The solution of a packed problem; None if `go_on`, which hears the share of work done, said to stop.

        `SolverFailedError` if there is no answer.
        """
        ...


class Solvers(Protocol):
    """Where solvers come from."""

    def started(self) -> AbstractAsyncContextManager[Solver]:
        """One that gets ready while its problem is still being put together; it ends with the context."""
        ...
