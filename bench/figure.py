"""What a figure is: runs side by side, and goals that their medians meet or miss."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.measuring import Sample

Results = Mapping[str, Sample]


@dataclass(frozen=True, slots=True)
class Run:
    """One line of a figure: a case with its arguments; `served` ones need the whole system instead of the peers."""

    name: str
    case: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    served: bool = False
    only_with: str | None = None
    """An option of the command without which it is left out, as it takes long."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What the medians are to show; `is_met` gets them by the runs' names and may miss some (KeyError: not judged)."""

    text: str
    is_met: Callable[[Results], bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """Runs to compare and what is expected of them; `facts` are shown beside time and memory."""

    name: str
    title: str
    runs: Sequence[Run]
    goals: Sequence[Goal]
    facts: Sequence[str] = ()


def median_of(samples: Sequence[Sample]) -> Sample:
    """The medians of what it cost, and what came out: the same each time, but for figures that are times themselves."""
    last = samples[-1].facts
    facts = {
        name: median(sample.facts[name] for sample in samples) if isinstance(value, float) else value
        for name, value in last.items()
    }
    return Sample(
        wall=median(sample.wall for sample in samples),
        cpu=median(sample.cpu for sample in samples),
        memory=median(sample.memory for sample in samples),
        facts=facts,
    )
