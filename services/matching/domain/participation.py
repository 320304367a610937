"""A participation: one person's part in a program, in one role or in both.

Every answer is a sign of life. Whoever lets offers run out unanswered, one after the other, is paused: nothing new is
offered to them until they say that they are still there.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.kinds import Role
from services.matching.domain.people import Person
from services.matching.domain.program import Program

UNANSWERED_IN_A_ROW = 2
"""How many offers in a row may run out before the participation is paused."""


class Pause(StrEnum):
    """Why nothing is offered to somebody; for them and for coordinators to know."""

    UNANSWERED = "unanswered"


class ParticipationNotFoundError(NotFoundError):
    """There is no such participation here."""

    code = "participation-not-found"
    title = "The participation does not exist"


class PersonNotFoundError(NotFoundError):
    """There is no such person here."""

    code = "person-not-found"
    title = "The person does not exist"


class NotEligibleError(InvalidError):
    """The program does not offer this role to this person."""

    code = "not-eligible"
    title = "The program does not offer this role to this person"


class AlreadyParticipatesError(ConflictError):
    """The person takes part already."""

    code = "already-participates"
    title = "The person takes part already"


class PersonInactiveError(ConflictError):
    """The person has left the organization."""

    code = "person-inactive"
    title = "The person is not active"


class PersonPausedError(ConflictError):
    """The person has let offers run out, and has not said since that they are there."""

    code = "person-paused"
    title = "The person is paused in this program"


@dataclass(frozen=True, slots=True)
class Participation:
    """A person's part; `capacity` limits the learners they teach in this program below what they do in all.

    `unanswered` counts the offers that have run out since their last sign of life.
    """

    id: str
    program_id: str
    person_id: str
    roles: frozenset[Role]
    capacity: int | None
    version: int
    created_at: datetime
    updated_at: datetime
    paused: Pause | None = None
    unanswered: int = 0


def take_part(
    participation_id: str, program: Program, person: Person, roles: frozenset[Role], capacity: int | None, now: datetime
) -> Participation:
    """A person's new part in an open program."""
    program.require_open()
    if not person.active:
        raise PersonInactiveError("People who have left do not join programs.")
    check_eligible(program, person, roles)
    return Participation(participation_id, program.id, person.id, roles, capacity, 1, now, now)


def change_part(
    participation: Participation,
    program: Program,
    person: Person,
    roles: frozenset[Role],
    capacity: int | None,
    now: datetime,
) -> Participation:
    """The part with other roles or another capacity."""
    program.require_open()
    check_eligible(program, person, roles - participation.roles)
    return replace(participation, roles=roles, capacity=capacity, version=participation.version + 1, updated_at=now)


def confirm(participation: Participation, now: datetime) -> Participation:
    """The part of somebody who has just shown that they are there; unchanged if nobody doubted it."""
    if participation.paused is None:
        return replace(participation, unanswered=0)
    return replace(participation, paused=None, unanswered=0, version=participation.version + 1, updated_at=now)


def eligible_roles(program: Program, reporting_level: int | None, department: str | None) -> frozenset[Role]:
    """The roles that the program offers to somebody at this level, in this department."""
    offered = {Role.TEACHER: program.details.who_may_teach, Role.LEARNER: program.details.who_may_learn}
    return frozenset(role for role, eligibility in offered.items() if eligibility.admits(reporting_level, department))


def check_eligible(program: Program, person: Person, roles: frozenset[Role]) -> None:
    """`NotEligibleError` if one of the roles is not offered to this person."""
    refused = sorted(roles - eligible_roles(program, person.reporting_level, person.department))
    if refused:
        message = f"Not offered here: {', '.join(refused)}."
        raise NotEligibleError(message, errors=[FieldError("/body/roles", NotEligibleError.code, message)])
