"""Runs measurements one after another, each in a process of its own, as often as their length allows."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure, Run, median_of
from bench.measuring import Sample, SkippedError

ROOT = Path(__file__).parents[1]
SYSTEM_PYTHON = ROOT / ".venv" / "bin" / "python"
FEWER, ONCE = 5.0, 20.0
"""Seconds that a process takes from which on it runs three times, and once, instead of five times."""
MOST, SOME = 5, 3
SMALLER, SMALLEST = 10, 1_000


class FailedError(Exception):
    """A measurement ended without a result."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command was told: where organizations are kept meanwhile, how small, and what else to measure."""

    scratch: Path
    quick: bool
    extras: frozenset[str]
    time_limit: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """The result of a run: the median and of how many; or why there is none."""

    run: Run
    sample: Sample | None
    times: int
    reason: str = ""


def lines_of(figure: Figure, settings: Settings) -> Iterator[Line]:
    """The results of a figure's runs, as they come."""
    for run in figure.runs:
        if run.only_with is not None and run.only_with not in settings.extras:
            yield Line(run, None, 0, f"with --{run.only_with}")
            continue
        try:
            samples = _samples(run, settings)
        except (SkippedError, FailedError) as reason:
            yield Line(run, None, 0, str(reason))
        else:
            yield Line(run, median_of(samples), len(samples))


def _samples(run: Run, settings: Settings) -> list[Sample]:
    samples = [_sample(run, settings)]
    began = time.perf_counter()
    if settings.quick or samples[0].wall > ONCE:
        return samples
    samples.append(_sample(run, settings))
    seconds = time.perf_counter() - began
    wanted = 1 if seconds > ONCE else SOME if seconds > FEWER else MOST
    # The first process may have made the organization and compiled: the second tells how long one takes.
    while len(samples) < wanted:
        samples.append(_sample(run, settings))
    return samples[-wanted:] if wanted > 1 else samples[-1:]


def _sample(run: Run, settings: Settings) -> Sample:
    order = {"case": run.case, "arguments": _sized(run.arguments, settings)}
    environment = {**os.environ, "BENCH_SCRATCH": str(settings.scratch)}
    python = str(SYSTEM_PYTHON) if run.served else sys.executable
    try:
        done = subprocess.run(
            [python, "-m", "bench.child", json.dumps(order)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=settings.time_limit,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FailedError(f"not done after {settings.time_limit:g} s") from None
    if done.returncode:
        raise FailedError("failed: " + (done.stderr.strip().splitlines() or ["without a word"])[-1])
    answer = json.loads(done.stdout.splitlines()[-1])
    if "skipped" in answer:
        raise SkippedError(answer["skipped"])
    return Sample(**answer)


def _sized(arguments: Mapping[str, object], settings: Settings) -> dict[str, object]:
    sized = dict(arguments)
    people = sized.get("people")
    if settings.quick and isinstance(people, int):
        sized["people"] = max(min(people, SMALLEST), people // SMALLER)
    return sized
