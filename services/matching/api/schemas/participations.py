"""Bodies of the participations' operations."""

from typing import Annotated, Any

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer, left_out
from services.matching.api.schemas.common import ParticipationId, PersonId, ProgramId
from services.matching.domain.kinds import Role
from services.matching.domain.participation import Pause

Roles = Annotated[
    list[Role], Field(min_length=1, max_length=2, description="One role or both.", examples=[["teacher"]])
]
Capacity = Annotated[
    int | None,
    integer(
        0, 20, description="The most to teach at a time in this program; null for as many as in all.", examples=[2]
    ),
]


class ParticipationIn(Input):
    """A person's part in a program; without a person it is the caller's own."""

    person_id: PersonId | None = None
    roles: Roles
    capacity: Capacity = None


class ParticipationChanges(Input):
    """The fields to change; those that are left out stay (RFC 7396)."""

    roles: Roles = left_out()
    capacity: Capacity = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        values = self.model_dump(exclude_unset=True)
        return values | ({"roles": frozenset(values["roles"])} if "roles" in values else {})


class ParticipationOut(Output):
    """A person's part in a program."""

    id: ParticipationId
    program_id: ProgramId
    person_id: PersonId
    roles: Roles
    capacity: Capacity
    paused: Annotated[
        Pause | None, Field(description="Why nothing new is offered to the person in this program; null if it is.")
    ]
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class ParticipationsPage(Output):
    """A page of participations."""

    items: list[ParticipationOut]
    next_cursor: NextCursor


class EnrolmentOut(Output):
    """How many take part in a program."""

    program_id: ProgramId
    participations: int
    teachers: int
    learners: int
