"""The report: tables for the terminal, and the same as JSON for whoever draws or compares."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.figure import Figure
from bench.measuring import MEGABYTE
from bench.running import Line
from services.matching.domain.engine.problem import ENGINE_VERSION

RESULTS = Path(__file__).parent / "results" / "latest.json"
PACKAGES = ("numpy", "numba", "ortools", "mentor-match", "highspy", "rustworkx")
WORDS = {True: "[green]met[/]", False: "[red]missed[/]", None: "[yellow]not judged[/]"}


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure with what came of it, and which of its goals were met (None: not to be told)."""

    figure: Figure
    lines: Sequence[Line]
    verdicts: Mapping[str, bool | None]


def judge(figure: Figure, lines: Sequence[Line], *, full: bool) -> Reported:
    """What the results say of the goals; nothing, unless everything had its full size."""
    results = {line.run.name: line.sample for line in lines if line.sample is not None}
    verdicts: dict[str, bool | None] = {}
    for goal in figure.goals:
        try:
            verdicts[goal.text] = goal.is_met(results) if full else None
        except KeyError:
            verdicts[goal.text] = None
    return Reported(figure, lines, verdicts)


def show(reported: Reported, console: Console) -> None:
    """Print the table of a figure and its goals."""
    table = Table(title=reported.figure.title, title_justify="left")
    table.add_column("run", no_wrap=True)
    for name in ("CPU s", "wall s", "MB", *(name.replace("_", " ") for name in reported.figure.facts), "runs"):
        table.add_column(name, justify="right")
    for line in reported.lines:
        if line.sample is None:
            table.add_row(line.run.name, line.reason)
            continue
        costs = (_text(line.sample.cpu), _text(line.sample.wall), f"{line.sample.memory:.0f}")
        facts = (_text(line.sample.facts.get(name)) for name in reported.figure.facts)
        table.add_row(line.run.name, *costs, *facts, str(line.times))
    console.print(table)
    for goal, verdict in reported.verdicts.items():
        console.print(f"  {WORDS[verdict]}  {goal}")
    console.print()


def save(reports: Iterable[Reported], path: Path = RESULTS) -> dict[str, Any]:
    """Write everything down; figures that were not measured this time stay as they were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.exists() else {}
    figures = {**before, **{reported.figure.name: _plain(reported) for reported in reports}}
    content = {"machine": machine(), "figures": figures}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return content


def machine() -> dict[str, Any]:
    """On what it was measured."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1_000 / MEGABYTE),
        "system": platform.system(),
        "python": platform.python_version(),
        "engine": ENGINE_VERSION,
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _plain(reported: Reported) -> dict[str, Any]:
    runs = {
        line.run.name: {"skipped": line.reason} if line.sample is None else {**line.sample.plain(), "runs": line.times}
        for line in reported.lines
    }
    return {"title": reported.figure.title, "runs": runs, "goals": dict(reported.verdicts)}


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")
