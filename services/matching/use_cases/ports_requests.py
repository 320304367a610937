"""What requests and contests need from the outside."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from services.matching.domain.capacity import Seat
from services.matching.domain.contest import Contest
from services.matching.domain.request import Request


class Requests(Protocol):
    """Requests; what is read with `get` is locked for a change."""

    async def add(self, request: Request) -> None:
        """Store a new request."""
        ...

    async def program_of(self, request_id: str) -> str:
        """The program of the request, which never changes; `RequestNotFoundError` if there is none."""
        ...

    async def get(self, request_id: str) -> Request:
        """The request; `RequestNotFoundError` if there is none."""
        ...

    async def save(self, request: Request) -> None:
        """Store its new state."""
        ...

    async def count_open(self, program_id: str, person_id: str) -> int:
        """How many requests the person has open in the program."""
        ...

    async def hold_open(self, person_ids: Collection[str]) -> None:
        """Hold every open request of these people for a change."""
        ...

    async def find_open_proposal(self, request_id: str) -> str | None:
        """The proposal with which the request asks at present, by id."""
        ...

    async def is_asked(self, request_id: str) -> bool:
        """Whether somebody has been asked who can still say yes."""
        ...

    async def may_be_asked(self, request: Request, chosen_id: str, now: datetime) -> bool:
        """Whether this can be asked of the chosen person now, but for what people keep to themselves."""
        ...

    async def close_of_people(self, person_ids: Collection[str], now: datetime) -> None:
        """End the open requests of people who have left."""
        ...

    async def close_of_program(self, program_id: str, now: datetime) -> None:
        """End the open requests of a program that closes."""
        ...

    async def close_of_participant(self, program_id: str, person_id: str, now: datetime) -> None:
        """End the open requests of somebody who leaves a program."""
        ...

    async def close_of_full(self, full: Iterable[Seat], now: datetime) -> None:
        """End the open requests of people who have no place left for them."""
        ...

    async def expire(self, now: datetime) -> None:
        """End the open requests all of whose clocks are over."""
        ...


class Contests(Protocol):
    """Contests; what is read is locked for a change."""

    async def add(self, contest: Contest) -> None:
        """Store a new contest; `AlreadyContestedError` if the person waits for the answer to one."""
        ...

    async def get(self, contest_id: str) -> Contest:
        """The contest; `ContestNotFoundError` if there is none."""
        ...

    async def save(self, contest: Contest) -> None:
        """Store its new state."""
        ...

    async def is_matched(self, match_run_id: str, person_id: str) -> bool:
        """Whether the person was offered something that the run found."""
        ...
