"""An organization: the customer whose data is isolated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import available_timezones

from kit.errors import FieldError, InvalidError

DEFAULT_MIN_GROUP_SIZE = 5


class UnknownTimeZoneError(InvalidError):
    """The time zone is not one of the IANA database."""

    code = "unknown-time-zone"
    title = "The time zone is not known"


@dataclass(frozen=True, slots=True)
class OrganizationDetails:
    """What an administrator says of the organization."""

    name: str
    time_zone: str
    locale: str
    min_group_size: int
    terminology: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as it is stored."""

    id: str
    details: OrganizationDetails
    version: int
    created_at: datetime
    updated_at: datetime


def create_organization(organization_id: str, details: OrganizationDetails, now: datetime) -> Organization:
    """A new organization; `UnknownTimeZoneError` if its time zone does not exist."""
    check_time_zone(details.time_zone, "/body/time_zone")
    return Organization(organization_id, details, version=1, created_at=now, updated_at=now)


def change_details(organization: Organization, details: OrganizationDetails, now: datetime) -> Organization:
    """The organization with other details, one version on."""
    check_time_zone(details.time_zone, "/body/time_zone")
    return replace(organization, details=details, version=organization.version + 1, updated_at=now)


def check_time_zone(name: str, pointer: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        message = "Use a name of the IANA time zone database, such as Europe/Berlin."
        raise UnknownTimeZoneError(message, errors=[FieldError(pointer, UnknownTimeZoneError.code, message)])
