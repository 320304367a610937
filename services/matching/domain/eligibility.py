"""Who may take a role in a program: the only place where a reporting level counts, and only when a program says so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The levels and departments that a role is for; None means all."""

    reporting_levels: frozenset[int] | None = None
    departments: frozenset[str] | None = None

    def admits(self, reporting_level: int | None, department: str | None) -> bool:
        """Whether somebody there may take the role. An unknown level or department is not among the named ones."""
        at_level = self.reporting_levels is None or reporting_level in self.reporting_levels
        in_department = self.departments is None or department in self.departments
        return at_level and in_department
