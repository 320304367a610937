"""The process that solves one instance: pickled in by standard input, shares of progress and the matches out.

It is told nothing but the instance, and opens no connection.
"""

import pickle
import sys
import time
from collections.abc import Callable

from services.matching.domain.engine.solve import solve

DONE = b"done\n"
_SECONDS_BETWEEN_REPORTS = 0.2


def main() -> None:
    """Solve what comes in."""
    instance = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the worker that started this process
    matches = solve(instance, _reporter())
    sys.stdout.buffer.write(DONE + pickle.dumps(matches))


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
