"""The report of a program: what happened, who learned, what was used, how it was; each figure only if safe to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.sessions.domain.commitment import CommitmentStatus
from services.sessions.domain.engagement import Status
from services.sessions.domain.kinds import Kind
from services.sessions.domain.mentoring_session import MentoringSessionStatus
from services.sessions.domain.suppression import Cell, Shown, shown, shown_if, shown_split
from services.sessions.domain.tracks import Direction, Role

SCORES = ("usefulness", "could_disagree", "psychosocial", "instrumental")
_NOTHING = Cell(0, people=0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells by section and split; the whole of a section is the cell without a name."""

    cells: Mapping[tuple[str, str], Mapping[str, Cell]]

    def get(self, section: str, split: str, name: str = "") -> Cell:
        """One cell, which is about nobody where nothing is known."""
        return self.cells.get((section, split), {}).get(name, _NOTHING)

    def split(self, section: str, split: str, names: Iterable[str]) -> dict[str, Cell]:
        """All cells of a split."""
        return {str(name): self.get(section, split, name) for name in names}


def program_report(figures: Figures, min_group_size: int) -> dict[str, Any]:
    """The report's sections, ready to be told."""

    def section(name: str, **splits: Iterable[str]) -> dict[str, Any]:
        first = next(iter(splits))
        told: dict[str, Any] = {"total": _told(shown(figures.get(name, first), min_group_size))}
        for split, names in splits.items():
            safe = shown_split(figures.split(name, split, names), min_group_size)
            told[split] = {name: _told(cell) for name, cell in safe.items()}
        return told

    return {
        "engagements": section("engagements", by_status=Status, by_kind=Kind),
        "tracks": section("tracks", by_direction=Direction),
        "mentoring_sessions": section("mentoring_sessions", by_status=MentoringSessionStatus),
        "commitments": {
            **section("commitments", by_status=CommitmentStatus),
            **_transfer(figures, min_group_size),
        },
        "learnings": {
            **section("learnings", by_role=Role),
            "teacher_learning_rate": _told(_teacher_learning_rate(figures, min_group_size)),
        },
        "feedback": {
            "total": _told(shown(figures.get("feedback", "mean"), min_group_size)),
            **{
                name: _told(shown(cell, min_group_size))
                for name, cell in figures.split("feedback", "mean", SCORES).items()
            },
        },
    }


def _transfer(figures: Figures, min_group_size: int) -> dict[str, Any]:
    by_status = figures.split("commitments", "by_status", CommitmentStatus)
    applied = shown_split(by_status, min_group_size)[CommitmentStatus.APPLIED]
    rate = _rate(by_status[CommitmentStatus.APPLIED], figures.get("commitments", "by_status"))
    median = figures.get("commitments", "days_to_first_use", "median")
    return {
        "transfer_rate": _told(shown_if(rate, applied, min_group_size)),
        "median_days_to_first_use": _told(shown(median, min_group_size)),
    }


def _teacher_learning_rate(figures: Figures, min_group_size: int) -> Shown:
    by_role = figures.split("learnings", "by_role", Role)
    teachers = figures.get("learnings", "teachers", "all")
    learned = by_role[Role.TEACHER]
    rate = _rate(Cell(learned.people, learned.people), teachers)
    return shown_if(rate, shown_split(by_role, min_group_size)[Role.TEACHER], min_group_size)


def _rate(part: Cell, whole: Cell) -> Cell:
    value = (part.value or 0) / whole.value if whole.value else None
    return Cell(value, whole.people)


def _told(cell: Shown) -> dict[str, Any]:
    value = cell.value if cell.value is None else round(cell.value, 4)
    return {"value": value, "suppressed": cell.suppressed}
