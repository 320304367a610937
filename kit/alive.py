"""A sign of life from a process that serves no HTTP: a file that it touches, at the path in `ALIVE_FILE`.

Usage, as a container's health check: python -m kit.alive
"""

import os
import sys
import time
from pathlib import Path

EVERY_SECONDS = 5.0
DEAD_AFTER_SECONDS = 30.0
_VARIABLE = "ALIVE_FILE"


async def show_life() -> None:
    """Touch the file, if there is to be one. It runs on the event loop, so that a stuck loop shows."""
    if path := os.environ.get(_VARIABLE):
        Path(path).touch()  # noqa: ASYNC240 - a thread would show the thread's life


def is_alive(path: Path, now: float) -> bool:
    """Whether the process has touched the file lately."""
    try:
        return now - path.stat().st_mtime < DEAD_AFTER_SECONDS
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(not is_alive(Path(os.environ[_VARIABLE]), time.time()))
