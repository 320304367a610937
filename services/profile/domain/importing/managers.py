"""Who reports to whom once a file is taken: forward references, managers yet to come, and no cycles.

A line leads to a person's id, or to `?` and an external id where that manager is not here yet.
"""

from collections.abc import Iterable, Mapping, Sequence

from services.profile.domain.importing.people import KnownPerson
from services.profile.domain.importing.rows import PersonRow, RowError
from services.profile.domain.reporting_lines import ReportingLines

_ABSENT = "?"


def resolve_managers(
    all_rows: Iterable[PersonRow],
    accepted: Sequence[PersonRow],
    known: Iterable[KnownPerson],
    ids: Mapping[str, str],
    columns: Mapping[str, str],
    errors: list[RowError],
) -> dict[str, str | None]:
    """The manager of everybody in the organization; `ids` has the person behind every external id.

    A row that names itself, or closes a cycle, is reported, and its person has no manager.
    """
    told = "manager_external_id" in columns
    lines = ReportingLines()
    managers: dict[str, str | None] = {}
    in_file = {ids[row.external_id] for row in accepted}
    for person in known:
        manager = None if told and person.id in in_file else _present_manager(person, ids)
        _take(managers, lines, person.id, manager)
    by_key = {row.row_key: row.external_id for row in all_rows if row.row_key is not None}
    for row in accepted:
        person_id = ids[row.external_id]
        if not told or row.manager_external_id is None:
            managers.setdefault(person_id, None)
            continue
        named = by_key.get(row.manager_external_id) if "row_key" in columns else row.manager_external_id
        manager = None if named is None else _node(named, ids)
        if manager is None:
            problem = ("manager-not-found", "No row of the file has this key.")
        elif manager == person_id:
            problem = ("manager-is-self", "Nobody is their own manager.")
        elif not _take(managers, lines, person_id, manager):
            problem = ("manager-cycle", "This manager reports to the person, directly or further down.")
        else:
            continue
        managers[person_id] = None
        message = f"{problem[1]} The person was taken without a manager."
        errors.append(RowError(row.number, columns["manager_external_id"], problem[0], message))
    return managers


def person_and_pending(manager: str | None) -> tuple[str | None, str | None]:
    """A line's end as a person's id, or as the external id of somebody who is not here yet."""
    if manager is None or not manager.startswith(_ABSENT):
        return manager, None
    return None, manager.removeprefix(_ABSENT)


def _node(external_id: str, ids: Mapping[str, str]) -> str:
    return ids.get(external_id) or _ABSENT + external_id


def _present_manager(person: KnownPerson, ids: Mapping[str, str]) -> str | None:
    if person.pending_manager is not None:
        return _node(person.pending_manager, ids)
    return person.manager_id


def _take(managers: dict[str, str | None], lines: ReportingLines, person: str, manager: str | None) -> bool:
    managers[person] = None
    if manager is None:
        return True
    if lines.closes_cycle(person, manager):
        return False
    lines.add(person, manager)
    managers[person] = manager
    return True
