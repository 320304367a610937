"""The process that solves one problem: packed in by standard input, shares of progress and the packed solution out.

It is told nothing but the problem, and opens no connection.
"""

import sys
import time
from collections.abc import Callable

from services.matching.domain.engine.hashing import from_bytes
from services.matching.domain.engine.solve import solve
from services.matching.domain.packed_solution import pack_solution

DONE = b"done\n"
_SECONDS_BETWEEN_REPORTS = 0.2


def main() -> None:
    """Solve what comes in."""
    problem = from_bytes(sys.stdin.buffer.read())
    solution = solve(problem, _reporter())
    sys.stdout.buffer.write(DONE + pack_solution(solution))


def _reporter() -> Callable[[float], None]:
    last = time.monotonic()

    def report(share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN_REPORTS:
            last = time.monotonic()
            sys.stdout.buffer.write(b"%.4f\n" % share)
            sys.stdout.buffer.flush()

    return report


if __name__ == "__main__":
    main()
