"""What the demonstration found out, as tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """What came of one match run."""

    program: str
    seconds: float
    enrolled: int
    proposals: int
    matched: int
    unmatched: int
    upward: int


def match_figures(
    program: str,
    seconds: float,
    enrolled: int,
    proposals: Sequence[Mapping[str, Any]],
    levels: Mapping[str, int | None],
) -> MatchFigures:
    """Count what a run proposed; a pair is upward if somebody below teaches somebody above."""
    matched = {part["person_id"] for proposal in proposals for part in proposal["participants"]}
    upward = sum(any(is_upward(track, levels) for track in proposal["tracks"]) for proposal in proposals)
    return MatchFigures(program, seconds, enrolled, len(proposals), len(matched), enrolled - len(matched), upward)


def is_upward(track: Mapping[str, Any], levels: Mapping[str, int | None]) -> bool:
    """Whether a junior teaches a senior."""
    teacher, learner = levels.get(track["teacher_id"]), levels.get(track["learner_id"])
    return teacher is not None and learner is not None and teacher > learner


def import_table(outcome: Mapping[str, Any], seconds: float) -> Table:
    """The import's result."""
    table = _two_columns("Import")
    table.add_row("seconds", f"{seconds:.1f}")
    for name, value in outcome["counts"].items():
        table.add_row(name.replace("_", " "), f"{value:,}")
    table.add_row("refused columns", ", ".join(outcome["refused_columns"]) or "none")
    return table


def match_table(figures: Iterable[MatchFigures]) -> Table:
    """All match runs."""
    table = Table(title="Match runs", title_justify="left")
    table.add_column("program")
    for name in ("seconds", "enrolled", "proposals", "people matched", "unmatched", "a junior teaches a senior"):
        table.add_column(name, justify="right")
    for run in figures:
        counts = (run.enrolled, run.proposals, run.matched, run.unmatched, run.upward)
        table.add_row(run.program, f"{run.seconds:.1f}", *(f"{count:,}" for count in counts))
    return table


def engagement_table(title: str, engagement: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> Table:
    """One engagement that was followed: who teaches whom what, and which way."""
    table = Table(title=f"{title}: {engagement['kind']}, {engagement['status']}", title_justify="left")
    for name in ("teaches", "level", "learns", "level", "what", "direction"):
        table.add_column(name)
    for track in engagement["tracks"]:
        teacher, learner = people[track["teacher_id"]], people[track["learner_id"]]
        table.add_row(
            *_named(teacher), *_named(learner), track["competency_label"] or "kept between them", track["direction"]
        )
    return table


def report_table(program: str, report: Mapping[str, Any]) -> Table:
    """A program's report; figures about too few people stay hidden."""
    table = _two_columns(f"Report: {program}")
    for name, value in _flat(report):
        table.add_row(name, value)
    return table


def _named(person: Mapping[str, Any]) -> tuple[str, str]:
    level = person["reporting_level"]
    return f"{person['display_name']}, {person['job_title']}", "unknown" if level is None else str(level)


def _flat(value: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str]]:
    for key, inner in value.items():
        name = f"{path}{key.replace('_', ' ')}"
        if isinstance(inner, Mapping) and "suppressed" in inner:
            yield name, "hidden: too few people" if inner["suppressed"] else _number(inner["value"])
        elif isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}, ")


def _number(value: Any) -> str:
    return "none yet" if value is None else f"{value:g}"


def _two_columns(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    return table
