"""What one row says about one person, checked value by value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.profile.domain.person import (
    MAX_LANGUAGES,
    MAX_LENGTHS,
    EmploymentStatus,
    full_name,
    is_email,
    is_language,
    is_time_zone,
    without_repeats,
)

_MAX_LENGTHS = MAX_LENGTHS | {"manager_external_id": MAX_LENGTHS["external_id"], "row_key": 200, "languages": 400}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BETWEEN_LANGUAGES = re.compile(r"[\s,;|/]+")

_ACTIVE = frozenset({"active", "current", "employed", "on leave", "true", "yes", "1", "a", "t", "y"})
_INACTIVE = frozenset(
    {"inactive", "terminated", "left", "former", "resigned", "retired", "false", "no", "0", "i", "f", "n"}
)

NOT_UTF8 = "The value is not text in UTF-8. Save the file as CSV in UTF-8."


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row, for the person who made the file."""

    row: int
    column: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a row of the file has them; None where the file has no such column or the cell is empty."""

    number: int
    external_id: str
    given_name: str | None
    family_name: str | None
    display_name: str
    work_email: str | None
    job_title: str | None
    department: str | None
    team: str | None
    location: str | None
    time_zone: str | None
    languages: tuple[str, ...]
    employment_status: EmploymentStatus | None
    manager_external_id: str | None
    row_key: str | None


def read_row(number: int, values: Mapping[str, str], columns: Mapping[str, str]) -> PersonRow | list[RowError]:
    """The person in a row, or everything that is wrong with it.

    `values` has the cells by our field names, `columns` the names of the same fields in the file.
    """
    errors: list[RowError] = []

    def wrong(field: str, code: str, message: str) -> None:
        errors.append(RowError(number, columns.get(field), code, message))

    cells = {field: " ".join(value.split()) for field, value in values.items()}
    for field, cell in cells.items():
        problem = _text_problem(field, cell)
        if problem is not None:
            wrong(field, *problem)
    if not cells.get("external_id"):
        wrong("external_id", "missing-value", "A row needs the id of the person.")
    row = _person_row(number, cells)
    if not row.display_name:
        field = next((f for f in ("display_name", "family_name", "given_name") if f in columns), "display_name")
        wrong(field, "missing-value", "A row needs a name of the person.")
    if row.work_email is not None and not is_email(row.work_email):
        wrong("work_email", "invalid-email", "This is no e-mail address.")
    if row.time_zone is not None and not is_time_zone(row.time_zone):
        wrong("time_zone", "unknown-time-zone", "Use a name of the IANA time zone database, such as Europe/Berlin.")
    if len(row.languages) > MAX_LANGUAGES or not all(is_language(tag) for tag in row.languages):
        wrong("languages", "invalid-language", "Use language tags such as de or pt-BR, separated by commas.")
    if cells.get("employment_status") and row.employment_status is None:
        wrong("employment_status", "unknown-status", "Use active or inactive.")
    return errors or row


def _text_problem(field: str, cell: str) -> tuple[str, str] | None:
    if cell.isascii() or not any("\udc80" <= c <= "\udcff" for c in cell):
        if len(cell) > _MAX_LENGTHS.get(field, 200):
            return "value-too-long", f"The value has more than {_MAX_LENGTHS.get(field, 200)} characters."
        if _CONTROL.search(cell):
            return "control-character", "The value has a control character."
        return None
    return "not-utf-8", NOT_UTF8


def _person_row(number: int, cells: Mapping[str, str]) -> PersonRow:
    def cell(field: str) -> str | None:
        return cells.get(field) or None

    tags = _BETWEEN_LANGUAGES.split(cells.get("languages", ""))
    return PersonRow(
        number=number,
        external_id=cells.get("external_id", ""),
        given_name=cell("given_name"),
        family_name=cell("family_name"),
        display_name=cell("display_name") or full_name(cell("given_name"), cell("family_name")),
        work_email=cell("work_email"),
        job_title=cell("job_title"),
        department=cell("department"),
        team=cell("team"),
        location=cell("location"),
        time_zone=cell("time_zone"),
        languages=without_repeats(tag for tag in tags if tag),
        employment_status=_status(cells.get("employment_status", "").lower()),
        manager_external_id=cell("manager_external_id"),
        row_key=cell("row_key"),
    )


def _status(text: str) -> EmploymentStatus | None:
    if text in _ACTIVE:
        return "active"
    return "inactive" if text in _INACTIVE else None
