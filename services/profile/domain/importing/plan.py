"""What a file means for the organization as a whole: who is who, whose address it is, who reports to whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.profile.domain.importing.managers import person_and_pending, resolve_managers
from services.profile.domain.importing.people import KnownPerson, first_of_each_person, without_taken_addresses
from services.profile.domain.importing.rows import PersonRow, RowError
from services.profile.domain.reporting_lines import Line, reporting_levels


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """A row that will be applied, and the person it belongs to."""

    row: PersonRow
    line: Line
    is_new: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and what cannot be."""

    people: Sequence[PlannedPerson]
    moved: Sequence[Line]
    """People whom the file leaves out, but whose manager arrives with it or whose level shifts."""
    errors: Sequence[RowError]


def make_plan(
    rows: Iterable[PersonRow],
    known: Sequence[KnownPerson],
    columns: Mapping[str, str],
    new_id: Callable[[], str],
) -> Plan:
    """Decide over every readable row, given everybody whom the organization has already."""
    errors: list[RowError] = []
    all_rows = list(rows)
    accepted = first_of_each_person(all_rows, columns, errors)
    accepted = without_taken_addresses(accepted, known, columns, errors)

    ids = {person.external_id: person.id for person in known if person.external_id is not None}
    new = {row.external_id: new_id() for row in accepted if row.external_id not in ids}
    ids |= new
    managers = resolve_managers(all_rows, accepted, known, ids, columns, errors)
    levels = reporting_levels(managers)

    def line_of(person_id: str) -> Line:
        manager_id, pending = person_and_pending(managers[person_id])
        return Line(person_id, manager_id, pending, levels[person_id])

    people = [PlannedPerson(row, line_of(ids[row.external_id]), row.external_id in new) for row in accepted]
    named = {planned.line.person_id for planned in people}
    outside = ((person, line_of(person.id)) for person in known if person.id not in named)
    moved = [line for person, line in outside if line != _line_before(person)]
    return Plan(people, moved, sorted(errors, key=lambda error: error.row))


def _line_before(person: KnownPerson) -> Line:
    return Line(person.id, person.manager_id, person.pending_manager, person.reporting_level)
