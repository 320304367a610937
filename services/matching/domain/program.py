"""A program: what it is for, who may take part, and which policy judges its matches. Draft, then open, then closed.

A program that cannot say why it exists, what success is and what each role is there for does not open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.eligibility import Eligibility
from services.matching.domain.engine.problem import GroupSize
from services.matching.domain.kinds import Format, Kind, Role

_OBJECTS = {"group_size", "who_may_teach", "who_may_learn"}


class ProgramStatus(StrEnum):
    """Where a program stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Rank(StrEnum):
    """Whether an objective is what the program is for, or comes along with it."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class ProgramNotFoundError(NotFoundError):
    """There is no such program here."""

    code = "program-not-found"
    title = "The program does not exist"


class ProgramIncompleteError(ConflictError):
    """The program does not say yet what it is for."""

    code = "program-incomplete"
    title = "The program is not complete"


class ProgramStatusError(ConflictError):
    """The program is not in a state that allows this."""

    code = "program-status"
    title = "The program's status does not allow this"


class GroupSizeError(InvalidError):
    """The smallest group is larger than the largest."""

    code = "group-size-invalid"
    title = "The group size does not fit together"


@dataclass(frozen=True, slots=True)
class Objective:
    """What one role is there for."""

    role: Role
    text: str
    rank: Rank


@dataclass(frozen=True, slots=True)
class ProgramDetails:
    """What a coordinator says of a program. No competencies means all; no policy, the standard one."""

    name: str
    kind: Kind
    format: Format
    group_size: GroupSize
    purpose: str | None
    business_issue: str | None
    success_measure: str | None
    objectives: tuple[Objective, ...]
    competency_ids: tuple[str, ...]
    who_may_teach: Eligibility
    who_may_learn: Eligibility
    match_policy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program as it is stored."""

    id: str
    details: ProgramDetails
    status: ProgramStatus
    version: int
    created_at: datetime
    updated_at: datetime

    def require_open(self) -> None:
        """Refuse what happens in open programs only."""
        if self.status is not ProgramStatus.OPEN:
            raise ProgramStatusError(f"The program is {self.status}; this needs an open one.")


def create_program(program_id: str, details: ProgramDetails, now: datetime) -> Program:
    """A new program, a draft."""
    _check_group_size(details)
    return Program(program_id, details, ProgramStatus.DRAFT, version=1, created_at=now, updated_at=now)


def change_program(program: Program, details: ProgramDetails, now: datetime) -> Program:
    """The program with other details; an open one stays complete and keeps its kind and format."""
    if program.status is ProgramStatus.CLOSED:
        raise ProgramStatusError("A closed program is not changed any more.")
    _check_group_size(details)
    if program.status is ProgramStatus.OPEN:
        if (details.kind, details.format) != (program.details.kind, program.details.format):
            raise ProgramStatusError("People joined this kind and format: make another program instead.")
        check_complete(details)
    return _moved(program, now, details=details)


def merged(details: ProgramDetails, changes: Mapping[str, Any]) -> ProgramDetails:
    """The details with the fields that were sent; an object in them changes in part, too (RFC 7396)."""
    values = {
        name: replace(getattr(details, name), **value) if name in _OBJECTS else value for name, value in changes.items()
    }
    return replace(details, **values)


def open_program(program: Program, now: datetime) -> Program:
    """The program, open to people."""
    if program.status is not ProgramStatus.DRAFT:
        raise ProgramStatusError(f"The program is {program.status}; only a draft is opened.")
    check_complete(program.details)
    return _moved(program, now, status=ProgramStatus.OPEN)


def close_program(program: Program, now: datetime) -> Program:
    """The program, over."""
    program.require_open()
    return _moved(program, now, status=ProgramStatus.CLOSED)


def check_complete(details: ProgramDetails) -> None:
    """`ProgramIncompleteError` unless it says its purpose, its measure of success and a primary objective."""
    missing = [
        FieldError(f"/{field}", "missing", sentence)
        for field, given, sentence in (
            ("purpose", details.purpose, "Say what the program is for."),
            ("success_measure", details.success_measure, "Say how you will know that it worked."),
            ("objectives", _primary(details), "State at least one objective of primary rank."),
        )
        if not given
    ]
    if missing:
        raise ProgramIncompleteError("A program opens once it says what it is for.", errors=missing)


def _check_group_size(details: ProgramDetails) -> None:
    if details.group_size.minimum > details.group_size.maximum:
        message = "The largest group is at least as large as the smallest."
        raise GroupSizeError(message, errors=[FieldError("/body/group_size/max", GroupSizeError.code, message)])


def _primary(details: ProgramDetails) -> bool:
    return any(objective.rank is Rank.PRIMARY for objective in details.objectives)


def _moved(
    program: Program, now: datetime, *, details: ProgramDetails | None = None, status: ProgramStatus | None = None
) -> Program:
    return replace(
        program,
        details=details or program.details,
        status=status or program.status,
        version=program.version + 1,
        updated_at=now,
    )
