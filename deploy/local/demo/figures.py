"""What the demonstration found out, as tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class MatchFigures:
    """What came of one match run."""

    program: str
    seconds: float
    counts: Mapping[str, int]
    upward: int


def match_figures(
    program: str,
    seconds: float,
    run: Mapping[str, Any],
    proposals: Iterable[Mapping[str, Any]],
    levels: Mapping[str, int | None],
) -> MatchFigures:
    """The run's own counts, and in how many of its proposals somebody below teaches somebody above."""
    upward = sum(any(is_upward(track, levels) for track in proposal["tracks"]) for proposal in proposals)
    return MatchFigures(program, seconds, run["counts"], upward)


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
    table = Table(title="Match runs", title_justify="left", caption="upward: a junior teaches a senior")
    table.add_column("program")
    for name in ("seconds", "learners", "matched", "unmatched", "proposals", "upward"):
        table.add_column(name, justify="right", no_wrap=True)
    for run in figures:
        counted = ("learners", "matched_learners", "unmatched_learners", "proposals")
        counts = (*(run.counts[name] for name in counted), run.upward)
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
    """A program's report, without the figures that are about too few people."""
    table = _two_columns(f"Report: {program}")
    figures = list(_flat(report))
    for name, value in figures:
        if value is not None:
            table.add_row(name, value)
    hidden = sum(value is None for _, value in figures)
    table.add_row(f"hidden, about fewer than {report['min_group_size']} people", f"{hidden} figures")
    return table


def _named(person: Mapping[str, Any]) -> tuple[str, str]:
    level = person["reporting_level"]
    return f"{person['display_name']}, {person['job_title']}", "unknown" if level is None else str(level)


def _flat(value: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str | None]]:
    for key, inner in value.items():
        name = f"{path}{key.replace('_', ' ')}"
        if isinstance(inner, Mapping) and "suppressed" in inner:
            yield name, None if inner["value"] is None else f"{inner['value']:g}"
        elif isinstance(inner, Mapping):
            yield from _flat(inner, f"{name}, ")


def _two_columns(title: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    return table
