"""Hard rules: what a program never proposes, whatever the score."""

from dataclasses import dataclass

from services.matching.domain.engine.closeness import gap_minutes
from services.matching.domain.people import Person


@dataclass(frozen=True, slots=True)
class HardRules:
    """The rules of one program. People who stated no language are kept apart from nobody by it."""

    exclude_manager_line: bool = True
    exclude_same_team: bool = True
    require_shared_language: bool = True
    max_time_zone_gap_hours: int | None = None
    min_score: int = 0

    def forbids(self, one: Person, other: Person) -> str | None:
        """The code of the rule that keeps two people apart, or None."""
        if one.id == other.id:
            return "same-person"
        if self.exclude_manager_line and (one.manager_id == other.id or other.manager_id == one.id):
            return "manager-line"
        if self.exclude_same_team and one.team is not None and one.team == other.team:
            return "same-team"
        both_stated = bool(one.languages and other.languages)
        if self.require_shared_language and both_stated and not one.languages & other.languages:
            return "no-shared-language"
        if self.max_time_zone_gap_hours is not None and gap_minutes(one, other) > self.max_time_zone_gap_hours * 60:
            return "time-zone-gap"
        return None
