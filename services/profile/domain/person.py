"""A person of an organization, as the HR system knows them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal
from zoneinfo import available_timezones

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError

EmploymentStatus = Literal["active", "inactive"]

MAX_LENGTHS = {
    "external_id": 200,
    "given_name": 200,
    "family_name": 200,
    "display_name": 300,
    "work_email": 254,
    "job_title": 200,
    "department": 200,
    "team": 200,
    "location": 200,
    "time_zone": 64,
}
MAX_LANGUAGES = 20
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+$"
_LANGUAGE = re.compile(LANGUAGE_PATTERN)
_EMAIL = re.compile(EMAIL_PATTERN)

PERSON_CHANGED = "person.changed"
PERSON_DEACTIVATED = "person.deactivated"
PERSON_REACTIVATED = "person.reactivated"


class PersonNotFoundError(NotFoundError):
    """There is no such person in the organization."""

    code = "person-not-found"
    title = "No such person"


class ExternalIdTakenError(ConflictError):
    """The HR system's id belongs to somebody else of the organization."""

    code = "external-id-taken"
    title = "Another person has this external id"


class WorkEmailTakenError(ConflictError):
    """The address belongs to somebody else of the organization."""

    code = "work-email-taken"
    title = "Another person has this work e-mail address"


class InvalidPersonError(InvalidError):
    """A value of a person breaks a rule."""

    code = "invalid-person"
    title = "A value of the person breaks a rule"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of an organization."""

    id: str
    external_id: str | None
    given_name: str | None
    family_name: str | None
    display_name: str
    work_email: str | None
    job_title: str | None
    department: str | None
    team: str | None
    location: str | None
    manager_id: str | None
    pending_manager: str | None
    """The external id of a manager who is not here yet."""
    time_zone: str
    languages: tuple[str, ...]
    employment_status: EmploymentStatus
    reporting_level: int | None
    version: int

    @property
    def active(self) -> bool:
        """Whether the person works here at present."""
        return self.employment_status == "active"


EDITABLE = frozenset(f.name for f in fields(Person)) - {
    "id",
    "pending_manager",
    "employment_status",
    "reporting_level",
    "version",
}
MATTERS_TO_MATCHING = frozenset(
    {"display_name", "department", "team", "manager_id", "time_zone", "languages", "reporting_level"}
)


def full_name(given_name: str | None, family_name: str | None) -> str:
    """The name to show where none was given."""
    return " ".join(part for part in (given_name, family_name) if part)


def new_person(person_id: str, values: Mapping[str, Any], default_time_zone: str) -> Person:
    """A person with these values of the HR system; `InvalidPersonError` if they contradict what they stand for."""
    nothing = dict.fromkeys(EDITABLE - {"time_zone", "languages"})
    person = Person(
        **{
            **nothing,
            "time_zone": default_time_zone,
            "languages": (),
            "employment_status": "active",
            **values,
            "id": person_id,
            "display_name": values.get("display_name")
            or full_name(values.get("given_name"), values.get("family_name")),
            "pending_manager": None,
            "reporting_level": None,
            "version": 1,
        }
    )
    check(person)
    return person


def change(person: Person, values: Mapping[str, Any]) -> Person:
    """The person with these values of the HR system; the version grows if anything differs."""
    if not values.keys() <= EDITABLE:
        raise ValueError(f"cannot be changed: {sorted(values.keys() - EDITABLE)}")
    if "manager_id" in values:
        values = {**values, "pending_manager": None}
    changed = replace(person, **values)
    check(changed)
    return person if changed == person else replace(changed, version=person.version + 1)


def set_employment_status(person: Person, status: EmploymentStatus) -> Person:
    """The person with this status; the same person if it was so already."""
    if person.employment_status == status:
        return person
    return replace(person, employment_status=status, version=person.version + 1)


def check(person: Person) -> None:
    """Refuse a person whose values contradict what they stand for."""
    errors = []
    if not person.display_name:
        errors.append(FieldError("/body/display_name", "missing", "Give a display name, a given or a family name."))
    if not is_time_zone(person.time_zone):
        errors.append(FieldError("/body/time_zone", "unknown-time-zone", "Use a name of the IANA time zone database."))
    if errors:
        raise InvalidPersonError(errors=errors)


def events_of(before: Person | None, after: Person) -> list[str]:
    """The types of the events that tell the other services what they need of this change."""
    if before is None:
        return [PERSON_CHANGED]
    events = []
    if any(getattr(before, name) != getattr(after, name) for name in MATTERS_TO_MATCHING):
        events.append(PERSON_CHANGED)
    if before.active != after.active:
        events.append(PERSON_REACTIVATED if after.active else PERSON_DEACTIVATED)
    return events


def is_language(tag: str) -> bool:
    """Whether the text has the form of a language tag (BCP 47), such as `de` or `pt-BR`."""
    return _LANGUAGE.fullmatch(tag) is not None


def is_email(address: str) -> bool:
    """Whether the text can be an e-mail address: only a message sent to it could tell more."""
    return _EMAIL.fullmatch(address) is not None


def email_key(address: str) -> str:
    """What two addresses share that reach the same mailbox."""
    return address.casefold()


def is_time_zone(name: str) -> bool:
    """Whether the IANA time zone database has this name."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def without_repeats(values: Iterable[str]) -> tuple[str, ...]:
    """The values in their order, each once."""
    return tuple(dict.fromkeys(values))
