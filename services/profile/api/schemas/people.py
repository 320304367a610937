"""Bodies of the people's operations."""

from typing import Annotated, Any

from pydantic import Field

from kit.schemas import Input, Output, Text, UtcDatetime, Version, integer, left_out
from services.profile.api.schemas.common import Language, PersonId
from services.profile.domain.person import (
    EMAIL_PATTERN,
    MAX_LANGUAGES,
    MAX_LENGTHS,
    EmploymentStatus,
    without_repeats,
)


def _text(field: str, **more: Any) -> tuple[Any, Any]:
    return Text(MAX_LENGTHS[field], min_length=1), Field(**more)


ExternalId = Annotated[str, *_text("external_id", description="The id in the HR system.", examples=["10228"])]
Name = Annotated[str, *_text("given_name", examples=["Ken"])]
DisplayName = Annotated[str, *_text("display_name", examples=["Ken Sánchez"])]
WorkEmail = Annotated[str, *_text("work_email", pattern=EMAIL_PATTERN, examples=["ken0@adventure-works.example"])]
JobTitle = Annotated[str, *_text("job_title", examples=["Chief Executive Officer"])]
Unit = Annotated[str, *_text("department", examples=["Engineering"])]
Location = Annotated[str, *_text("location", examples=["Lisbon"])]
TimeZone = Annotated[str, *_text("time_zone", description="IANA time zone.", examples=["Europe/Lisbon"])]
Languages = Annotated[list[Language], Field(max_length=MAX_LANGUAGES, examples=[["pt", "en"]])]
ReportingLevel = Annotated[
    int, integer(1, 1000, description="1 is the top. Derived from the managers; null where they do not say.")
]


class _PersonFields(Input):
    external_id: ExternalId | None = None
    given_name: Name | None = None
    family_name: Name | None = None
    work_email: WorkEmail | None = None
    job_title: JobTitle | None = None
    department: Unit | None = None
    team: Unit | None = None
    location: Location | None = None
    manager_id: PersonId | None = None

    def values(self) -> dict[str, Any]:
        """The fields that were sent, as the rules know them."""
        values = self.model_dump(exclude_unset=True)
        if "languages" in values:
            values["languages"] = without_repeats(values["languages"])
        return values


class PersonIn(_PersonFields):
    """A new person, as the HR system knows them."""

    display_name: DisplayName = left_out()
    time_zone: TimeZone = left_out()
    languages: Languages = left_out()
    employment_status: EmploymentStatus = "active"


class PersonChanges(_PersonFields):
    """The fields of a person to change; those that are left out stay (RFC 7396)."""

    display_name: DisplayName = left_out()
    time_zone: TimeZone = left_out()
    languages: Languages = left_out()


class PersonOut(Output):
    """A person."""

    id: PersonId
    external_id: ExternalId | None
    given_name: Name | None
    family_name: Name | None
    display_name: DisplayName
    work_email: WorkEmail | None
    job_title: JobTitle | None
    department: Unit | None
    team: Unit | None
    location: Location | None
    manager_id: PersonId | None
    time_zone: TimeZone
    languages: Languages
    employment_status: EmploymentStatus
    reporting_level: ReportingLevel | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class PeoplePage(Output):
    """A page of people."""

    items: list[PersonOut]
    next_cursor: str | None
