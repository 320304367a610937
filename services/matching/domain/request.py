"""A request: somebody asks people of their program, one after the other, to teach them or to learn from them.

    open ── accepted | expired | withdrawn | closed

Each choice has a clock. Who says no, lets it run out or cannot be asked is passed over, and the next is asked at once.
Whoever asks is told of none of this: the request is open until somebody says yes, or until every clock that could have
run would have run out. `closed` is what ended because of themselves or the program: no place left, left, closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.program import Program

MOST_OPEN = 3
"""Open requests of one person in one program."""
ANSWER_WITHIN_DAYS = 7


class RequestStatus(StrEnum):
    """Where a request stands, as its maker sees it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Aim(StrEnum):
    """What somebody asks people for."""

    LEARN = "learn"
    TEACH = "teach"


class RequestNotFoundError(NotFoundError):
    """There is no such request here, or it is somebody else's."""

    code = "request-not-found"
    title = "The request does not exist"


class RequestClosedError(ConflictError):
    """The request has ended."""

    code = "request-closed"
    title = "The request is not open any more"


class TooManyRequestsOpenError(ConflictError):
    """The person waits for as many answers as anybody may."""

    code = "too-many-requests-open"
    title = "Too many requests are open"


class NotParticipatingError(ConflictError):
    """The person does not take part in the program in the role that this needs."""

    code = "not-participating"
    title = "You do not take part in the program in this role"


class NotFeasibleError(InvalidError):
    """What is asked for cannot come about, by facts that everybody may know."""

    code = "not-feasible"
    title = "This cannot come about"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is stored.

    `tried` counts the choices that were asked or passed over: nobody is told, and the version does not tell either.
    `roles` are those in which an engagement would take a place of the person.
    """

    id: str
    program_id: str
    person_id: str
    aim: Aim
    roles: frozenset[Role]
    choices: tuple[str, ...]
    competency_id: str | None
    message: str | None
    discreet: bool
    answer_within_days: int
    status: RequestStatus
    tried: int
    expires_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime

    def next_choice(self) -> str | None:
        """Whose turn it is."""
        return self.choices[self.tried] if self.tried < len(self.choices) else None

    def past_choice(self) -> "Request":
        """The request with the turn of whoever comes after."""
        return replace(self, tried=self.tried + 1)

    def clock(self, now: datetime) -> datetime:
        """Until when somebody who is asked now may answer."""
        return min(now + timedelta(days=self.answer_within_days), self.expires_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says when they make a request."""

    aim: Aim
    choices: tuple[str, ...]
    competency_id: str | None
    message: str | None
    discreet: bool
    answer_within_days: int


def make_request(
    request_id: str, program: Program, person_id: str, roles: frozenset[Role], asked: Asked, already: int, now: datetime
) -> Request:
    """A new request of somebody who takes part in these roles and waits for `already` others."""
    program.require_open()
    needed = roles_of(asked.aim, program.details.kind)
    if not needed <= roles:
        raise NotParticipatingError(f"Take part as {' and '.join(sorted(needed))} first.")
    if already >= MOST_OPEN:
        raise TooManyRequestsOpenError(f"Wait for an answer, or withdraw one: {MOST_OPEN} at a time in a program.")
    faults = list(_of_list(asked.choices, person_id))
    if faults:
        raise NotFeasibleError("Name other people, each once.", errors=faults)
    return Request(
        id=request_id,
        program_id=program.id,
        person_id=person_id,
        aim=asked.aim,
        roles=needed,
        choices=asked.choices,
        competency_id=asked.competency_id,
        message=asked.message,
        discreet=asked.discreet,
        answer_within_days=asked.answer_within_days,
        status=RequestStatus.OPEN,
        tried=0,
        expires_at=now + timedelta(days=asked.answer_within_days) * len(asked.choices),
        version=1,
        created_at=now,
        updated_at=now,
    )


def end(request: Request, status: RequestStatus, now: datetime) -> Request:
    """The request, over; `RequestClosedError` if it is already."""
    if request.status is not RequestStatus.OPEN:
        raise RequestClosedError(f"The request is {request.status}.")
    return replace(request, status=status, version=request.version + 1, updated_at=now)


def roles_of(aim: Aim, kind: Kind) -> frozenset[Role]:
    """The roles of whoever asks; in a reciprocal program everybody has both."""
    if kind is Kind.RECIPROCAL:
        return frozenset(Role)
    return frozenset({Role.LEARNER if aim is Aim.LEARN else Role.TEACHER})


def other_roles(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles of whoever is asked, seen from those of whoever asks."""
    return frozenset(Role.LEARNER if role is Role.TEACHER else Role.TEACHER for role in roles)


def _of_list(choices: tuple[str, ...], person_id: str) -> Iterator[FieldError]:
    for place, chosen in enumerate(choices):
        if chosen == person_id:
            yield FieldError(f"/body/choices/{place}", "oneself", "This is yourself.")
        if chosen in choices[:place]:
            yield FieldError(f"/body/choices/{place}", "double", f"{chosen} is in the list already.")
