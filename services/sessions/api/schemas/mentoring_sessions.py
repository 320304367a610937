"""Bodies of the mentoring sessions' operations."""

from typing import Annotated, Any

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, left_out, text
from services.sessions.api.schemas.common import EngagementId, MentoringSessionId, PersonId
from services.sessions.domain.mentoring_session import MentoringSessionStatus, Plan

TimeZone = Annotated[str, *text(64, description="IANA time zone in which it was planned.", examples=["Europe/Berlin"])]
Place = Annotated[str, *text(500, description="A room or an address of a call.", examples=["Room 4"])]
Agenda = Annotated[str, *text(4000, examples=["What a model can and cannot tell"])]
People = Annotated[list[PersonId], Field(min_length=1, max_length=100)]


class MentoringSessionIn(Input):
    """A new meeting; one of the past weeks may be entered afterwards."""

    starts_at: UtcDatetime
    ends_at: UtcDatetime
    time_zone: TimeZone
    place: Place | None = None
    agenda: Agenda | None = None

    def plan(self) -> Plan:
        """The values, as the rules know them."""
        return Plan(**self.model_dump())


class MentoringSessionChanges(Input):
    """The fields of a meeting to change; those that are left out stay (RFC 7396)."""

    starts_at: UtcDatetime = left_out()
    ends_at: UtcDatetime = left_out()
    time_zone: TimeZone = left_out()
    place: Place | None = None
    agenda: Agenda | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class Attendance(Input):
    """Who came."""

    attended: People


class Absence(Input):
    """Who did not come."""

    absent: People


class MentoringSessionOut(Output):
    """A meeting; place and agenda are shown to participants only."""

    id: MentoringSessionId
    engagement_id: EngagementId
    starts_at: UtcDatetime
    ends_at: UtcDatetime
    time_zone: TimeZone
    place: Place | None
    agenda: Agenda | None
    status: MentoringSessionStatus
    attended: list[PersonId]
    absent: list[PersonId]
    scheduled_by: PersonId
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime
    closed_at: UtcDatetime | None


class MentoringSessionsPage(Output):
    """A page of meetings."""

    items: list[MentoringSessionOut]
    next_cursor: NextCursor
