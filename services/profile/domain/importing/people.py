"""Which rows stand: each person once, each address with one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.profile.domain.importing.rows import PersonRow, RowError
from services.profile.domain.person import email_key


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom the organization has already, as far as a file can touch on them."""

    id: str
    external_id: str | None
    work_email: str | None
    manager_id: str | None
    pending_manager: str | None
    reporting_level: int | None


_RANK = {"active": 0, None: 1, "inactive": 2}


def first_of_each_person(
    rows: Iterable[PersonRow], columns: Mapping[str, str], errors: list[RowError]
) -> list[PersonRow]:
    """One row a person: the first that says they are employed, else the first."""
    best: dict[str, PersonRow] = {}
    repeated: list[PersonRow] = []
    for row in rows:
        other = best.setdefault(row.external_id, row)
        if other is row:
            continue
        if _RANK[row.employment_status] < _RANK[other.employment_status]:
            best[row.external_id] = row
            repeated.append(other)
        else:
            repeated.append(row)
    for row in repeated:
        kept = best[row.external_id].number
        message = f"Row {kept} has the same person. This row was left out."
        errors.append(RowError(row.number, columns["external_id"], "duplicate-external-id", message))
    return sorted(best.values(), key=lambda row: row.number)


def without_taken_addresses(
    rows: Sequence[PersonRow], known: Iterable[KnownPerson], columns: Mapping[str, str], errors: list[RowError]
) -> list[PersonRow]:
    """The rows without those whose work e-mail address is somebody else's."""
    if "work_email" not in columns:
        return list(rows)
    in_file = {row.external_id for row in rows}
    before: dict[str, str] = {}
    owners: dict[str, str] = {}
    for person in known:
        if person.work_email is None:
            continue
        if person.external_id in in_file:
            before[person.external_id] = email_key(person.work_email)
        else:
            owners[email_key(person.work_email)] = person.id
    claims: dict[str, PersonRow] = {}
    refused: set[str] = set()
    for row in rows:
        if row.work_email is None:
            continue
        key = email_key(row.work_email)
        if key in owners or key in claims:
            refused |= _refuse(row, before, owners, claims)
        else:
            claims[key] = row
    for row in rows:
        if row.external_id in refused:
            message = "Somebody else has this work e-mail address. This row was left out."
            errors.append(RowError(row.number, columns["work_email"], "work-email-taken", message))
    return [row for row in rows if row.external_id not in refused]


def _refuse(
    row: PersonRow, before: Mapping[str, str], owners: dict[str, str], claims: dict[str, PersonRow]
) -> set[str]:
    # Who is refused keeps the address they had, which may be one that another row has claimed by now.
    refused = set()
    waiting = [row]
    while waiting:
        loser = waiting.pop()
        refused.add(loser.external_id)
        kept = before.get(loser.external_id)
        if kept is not None:
            owners[kept] = loser.external_id
            claimant = claims.pop(kept, None)
            if claimant is not None and claimant is not loser:
                waiting.append(claimant)
    return refused
