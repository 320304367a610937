"""Bodies of the operations on what the caller says of themself."""

from datetime import date
from typing import Annotated

from pydantic import Field

from kit.schemas import Input, Output, Version, integer
from services.profile.api.schemas.common import Language
from services.profile.api.schemas.organizations import OrganizationId, TimeZone
from services.profile.api.schemas.people import PersonOut
from services.profile.domain.availability import (
    DEFAULT_CAPACITY,
    MAX_CAPACITY,
    MAX_HOURS_PER_MONTH,
    MAX_WINDOWS,
    Availability,
    WeeklyWindow,
    parse_clock_time,
)
from services.profile.domain.preferences import Depth, Pace, Preferences, SessionFormat

ClockTime = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", max_length=5, examples=["09:30"])]
Weekday = Annotated[int, integer(0, 6, description="0 is Monday.")]
Capacity = Annotated[int, integer(0, MAX_CAPACITY, description="With how many people at once, over all programs.")]
HoursPerMonth = Annotated[int, integer(0, MAX_HOURS_PER_MONTH)]


class MeOut(Output):
    """Who the caller is."""

    organization_id: OrganizationId
    roles: list[str]
    person: PersonOut | None


class PreferencesIn(Input):
    """How the caller likes to work; shapes the plan of a session and never a match score."""

    pace: Pace | None = None
    format: SessionFormat | None = None
    depth: Depth | None = None
    language: Language | None = None

    def said(self) -> Preferences:
        """The values, as the rules know them."""
        return Preferences(**self.model_dump())


class PreferencesOut(Output):
    """How the caller likes to work; null where they said nothing."""

    pace: Pace | None
    format: SessionFormat | None
    depth: Depth | None
    language: Language | None
    version: Version


class Window(Input):
    """A time of every week in the person's own time zone."""

    weekday: Weekday
    start: ClockTime
    end: ClockTime

    def window(self) -> WeeklyWindow:
        """The values, as the rules know them."""
        return WeeklyWindow(self.weekday, parse_clock_time(self.start), parse_clock_time(self.end))


class AvailabilityIn(Input):
    """When the caller has time, and for how many people."""

    windows: Annotated[list[Window], Field(max_length=MAX_WINDOWS)] = []
    teaching_capacity: Capacity = DEFAULT_CAPACITY
    learning_capacity: Capacity = DEFAULT_CAPACITY
    hours_per_month: HoursPerMonth | None = None
    paused_until: Annotated[date | None, Field(description="No new proposals before this day.")] = None

    def said(self) -> Availability:
        """The values, as the rules know them."""
        return Availability(
            windows=tuple(window.window() for window in self.windows),
            teaching_capacity=self.teaching_capacity,
            learning_capacity=self.learning_capacity,
            hours_per_month=self.hours_per_month,
            paused_until=self.paused_until,
        )


class AvailabilityOut(Output):
    """When the caller has time, and for how many people."""

    time_zone: TimeZone
    windows: list[Window]
    teaching_capacity: Capacity
    learning_capacity: Capacity
    hours_per_month: HoursPerMonth | None
    paused_until: date | None
    version: Version
