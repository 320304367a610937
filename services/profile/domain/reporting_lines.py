"""Reporting lines: who reports to whom, free of cycles, and the level that follows from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from kit.errors import FieldError, InvalidError

TOP_LEVEL = 1


class ManagerIsSelfError(InvalidError):
    """Nobody manages themself."""

    code = "manager-is-self"
    title = "A person cannot be their own manager"


class ManagerCycleError(InvalidError):
    """A line that comes back to where it began says nothing about levels."""

    code = "manager-cycle"
    title = "The reporting lines would form a cycle"


class UnknownManagerError(InvalidError):
    """A manager is a person of the organization."""

    code = "unknown-manager"
    title = "There is no such manager"


@dataclass(frozen=True, slots=True)
class Line:
    """Where a person stands: their manager, or the external id of one who is not here yet, and their level."""

    person_id: str
    manager_id: str | None
    pending_manager: str | None
    reporting_level: int | None


class ReportingLines:
    """Lines added one by one, so that the one that would close a cycle is known."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def closes_cycle(self, person: str, manager: str) -> bool:
        """Whether this line, of a person who has none yet, would lead back to the person."""
        return self._top(manager) == person

    def add(self, person: str, manager: str) -> None:
        """Take a line that closes no cycle."""
        self._above[person] = manager

    def _top(self, person: str) -> str:
        above = self._above
        while (manager := above.get(person)) is not None:
            # Each look-up shortens the way for the next one, which keeps a whole company near linear.
            further = above.get(manager)
            if further is not None:
                above[person] = further
            person = manager
        return person


def reporting_levels(managers: Mapping[str, str | None]) -> dict[str, int | None]:
    """The level of every person (1 is the top) in one pass over their managers.

    Unknown (None) below a manager who is not among the people, and for someone without manager and without reports:
    a lone entry says nothing about where it stands.
    """
    with_reports = set(managers.values())
    levels: dict[str, int | None] = {}
    for start in managers:
        chain: list[str] = []
        person: str | None = start
        while person is not None and person in managers and person not in levels:
            levels[person] = None
            chain.append(person)
            person = managers[person]
        if not chain:
            continue
        level = levels.get(person) if person is not None else _level_above(chain[-1], with_reports)
        for member in reversed(chain):
            level = level + 1 if level is not None else None
            levels[member] = level
    return levels


def _level_above(top: str, with_reports: Collection[str | None]) -> int | None:
    return TOP_LEVEL - 1 if top in with_reports else None


def shifted(lines: Sequence[Line]) -> list[Line]:
    """The lines whose level is no longer what their managers make it, with the level that it should be."""
    absent = "?"
    levels = reporting_levels({line.person_id: line.manager_id or (line.pending_manager and absent) for line in lines})
    return [
        replace(line, reporting_level=levels[line.person_id])
        for line in lines
        if line.reporting_level != levels[line.person_id]
    ]


def check_manager(person_id: str, manager_id: str, above_manager: Collection[str]) -> None:
    """Refuse a manager who is the person or reports to the person, directly or further down."""
    if manager_id == person_id:
        raise ManagerIsSelfError(errors=[_at_manager("manager-is-self", "Choose somebody else as the manager.")])
    if person_id in above_manager:
        message = "This manager reports to the person, directly or further down."
        raise ManagerCycleError(errors=[_at_manager("manager-cycle", message)])


def _at_manager(code: str, message: str) -> FieldError:
    return FieldError("/body/manager_id", code, message)
