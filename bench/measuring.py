"""What one piece of work costs this process: wall time, processor time of all threads, and the peak of its memory."""

import gc
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")
MEGABYTE = 1_000_000
_PEAK_AGAIN = "5"
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class SkippedError(Exception):
    """What was asked for cannot be measured here; the text says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: seconds of wall and of processors, megabytes at the peak, and what came out."""

    wall: float
    cpu: float
    memory: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    def with_facts(self, **facts: Any) -> "Sample":
        """The same with what came out."""
        return Sample(self.wall, self.cpu, self.memory, {**self.facts, **facts})


def measure(work: Callable[[], Answer]) -> tuple[Answer, Sample]:
    """Do the work once. The peak of memory is that of the whole process while it works, with all that it holds."""
    gc.collect()
    _forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return answer, Sample(wall, cpu, _peak())


def _forget_peak() -> None:
    if _CLEAR.exists():
        _CLEAR.write_text(_PEAK_AGAIN, encoding="ascii")


def _peak() -> float:
    if _STATUS.exists():
        (line,) = (line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    # Elsewhere the peak is that since the process began; macOS counts bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEGABYTE
