"""Which column of the file means what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kit.errors import FieldError, InvalidError
from services.profile.domain.importing.refused_columns import is_refused, words_of

ImportField = Literal[
    "external_id",
    "given_name",
    "family_name",
    "display_name",
    "work_email",
    "job_title",
    "department",
    "team",
    "location",
    "time_zone",
    "languages",
    "employment_status",
    "manager_external_id",
    "row_key",
]
FIELDS: tuple[ImportField, ...] = get_args(ImportField)

# Our fields, each with the names under which HR systems export it; earlier names win.
KNOWN_NAMES: dict[ImportField, tuple[str, ...]] = {
    "external_id": (
        "externalid",
        "employeeid",
        "workerid",
        "personid",
        "employeenumber",
        "employeeno",
        "personnelnumber",
        "staffid",
        "empid",
        "id",
    ),
    "given_name": ("givenname", "firstname", "forename", "legalfirstname"),
    "family_name": ("familyname", "lastname", "surname", "legallastname"),
    "display_name": ("displayname", "fullname", "preferredname", "name"),
    "work_email": ("workemail", "email", "emailaddress", "businessemail", "mail", "userprincipalname"),
    "job_title": ("jobtitle", "title", "position", "jobname"),
    "department": ("department", "departmentname", "dept"),
    "team": ("team", "teamname", "division"),
    "location": ("location", "worklocation", "office", "site", "city"),
    "time_zone": ("timezone", "iana", "tz"),
    "languages": ("languages", "language", "spokenlanguages"),
    "employment_status": ("employmentstatus", "workerstatus", "status", "active"),
    "manager_external_id": (
        "managerexternalid",
        "managerid",
        "manageremployeeid",
        "managernumber",
        "supervisorid",
        "reportsto",
        "parentemployeekey",
    ),
    "row_key": ("rowkey", "employeekey"),
}
MAX_COLUMNS = 500
MAX_COLUMN_NAME = 200


class InvalidMappingError(InvalidError):
    """The mapping does not fit the file."""

    code = "invalid-mapping"
    title = "The column mapping does not fit the file"


@dataclass(frozen=True, slots=True)
class Columns:
    """What becomes of each column: taken for a field, ignored, or refused."""

    mapping: Mapping[str, str]
    """Our field to the column's name in the file."""
    ignored: tuple[str, ...]
    refused: tuple[str, ...]


def map_columns(header: Sequence[str], wanted: Mapping[str, str] | None) -> Columns:
    """Decide over every column, by the caller's mapping or, without one, by well-known names."""
    mapping = _checked(header, wanted) if wanted is not None else _recognized(header)
    if "external_id" not in mapping:
        raise _invalid("external_id", "missing", "Name the column that identifies a person in the HR system.")
    if not {"display_name", "given_name", "family_name"} & mapping.keys():
        raise _invalid("display_name", "missing", "Name a column that has people's names.")
    taken = set(mapping.values())
    return Columns(
        mapping=mapping,
        ignored=tuple(name for name in header if name and name not in taken and not is_refused(name)),
        refused=tuple(name for name in header if is_refused(name)),
    )


def _recognized(header: Sequence[str]) -> dict[str, str]:
    by_words: dict[str, str] = {}
    for name in header:
        if not is_refused(name):
            by_words.setdefault("".join(words_of(name)), name)
    mapping: dict[str, str] = {}
    for field, names in KNOWN_NAMES.items():
        known = next((by_words[name] for name in names if name in by_words), None)
        if known is not None:
            mapping[field] = known
    # A file that identifies people by nothing else still has their addresses.
    if "external_id" not in mapping and "work_email" in mapping:
        mapping["external_id"] = mapping["work_email"]
    return mapping


def _checked(header: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    errors = []
    times = Counter(header)
    for field, name in wanted.items():
        pointer = f"/body/mapping/{field}"
        if field not in FIELDS:
            errors.append(FieldError(pointer, "unknown-field", f"Map one of: {', '.join(FIELDS)}."))
        elif times[name.strip()] == 0:
            errors.append(FieldError(pointer, "unknown-column", "The file has no column of this name."))
        elif times[name.strip()] > 1:
            errors.append(FieldError(pointer, "ambiguous-column", "The file has several columns of this name."))
        elif is_refused(name):
            errors.append(FieldError(pointer, "refused-column", "Columns of this kind are never taken."))
    if errors:
        raise InvalidMappingError("Correct the mapping.", errors=errors)
    return {field: name.strip() for field, name in wanted.items()}


def _invalid(field: str, code: str, message: str) -> InvalidMappingError:
    return InvalidMappingError(message, errors=[FieldError(f"/body/mapping/{field}", code, message)])
