"""Bodies of the organization's operations."""

from typing import Annotated, Any, Literal

from pydantic import Field

from kit.ids import id_of
from kit.schemas import Input, Output, Text, UtcDatetime
from services.profile.domain.organization import DEFAULT_MIN_GROUP_SIZE, OrganizationDetails

OrganizationId = Annotated[str, id_of("org")]
Name = Annotated[str, Text(200, min_length=1), Field(examples=["Adventure Works"])]
TimeZone = Annotated[str, Text(64, min_length=1), Field(description="IANA time zone.", examples=["Europe/Berlin"])]
Locale = Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Z]{2})?$", max_length=6, examples=["en-GB"])]
MinGroupSize = Annotated[
    int,
    Field(
        ge=3,
        le=100,
        description="Figures about fewer people than this are not shown.",
        json_schema_extra={"format": "int32"},
    ),
]
Terminology = Annotated[
    dict[Annotated[str, Field(pattern="^[a-z_]{1,40}$")], Annotated[str, Text(80, min_length=1)]],
    Field(max_length=50, description="What the front end calls our terms.", examples=[{"mentoring": "learning pair"}]),
]


class OrganizationIn(Input):
    """A new organization."""

    name: Name
    time_zone: TimeZone
    locale: Locale = "en"
    min_group_size: MinGroupSize = DEFAULT_MIN_GROUP_SIZE
    terminology: Terminology = {}
    taxonomy: Annotated[
        Literal["esco_ict", "none"], Field(description="The competencies to start with: ICT skills of ESCO, or none.")
    ] = "none"

    def details(self) -> OrganizationDetails:
        """The values, as the rules know them."""
        return OrganizationDetails(**self.model_dump(exclude={"taxonomy"}))


class OrganizationChanges(Input):
    """The fields of the organization to change; those that are left out stay (RFC 7396)."""

    name: Name | None = None
    time_zone: TimeZone | None = None
    locale: Locale | None = None
    min_group_size: MinGroupSize | None = None
    terminology: Terminology | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


class OrganizationOut(Output):
    """The organization."""

    id: OrganizationId
    name: Name
    time_zone: TimeZone
    locale: Locale
    min_group_size: MinGroupSize
    terminology: Terminology
    version: int
    created_at: UtcDatetime
    updated_at: UtcDatetime
