"""The worker process that every service has: long-running tasks, stopped together and in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import structlog
import uvloop

from kit.alive import EVERY_SECONDS, show_life
from kit.logging import configure_logging

log = structlog.get_logger(__name__)

Wiring = TypeVar("Wiring")

Task = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set, then returns when its work in hand is done."""


def run_worker(
    service: str,
    log_level: str,
    open_wiring: Callable[[], AbstractAsyncContextManager[Wiring]],
    tasks: Callable[[Wiring], Sequence[Task]],
) -> None:
    """Run the tasks until SIGTERM or SIGINT; if one of them fails, end the process so that it is started afresh."""
    configure_logging(f"{service}-worker", log_level)
    uvloop.run(_run(open_wiring, tasks))


async def _run(open_wiring: Any, tasks: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with open_wiring() as wiring:
        log.info("The worker has started.")
        async with asyncio.TaskGroup() as group:
            for task in (every(EVERY_SECONDS, show_life), *tasks(wiring)):
                group.create_task(task(stop))
        log.info("The worker has stopped.")


def every(seconds: float, action: Callable[[], Awaitable[Any]]) -> Task:
    """A task that does something again and again; a failure is logged and the next turn tries again."""

    async def run(stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await action()
            except Exception:
                log.exception(
                    "A periodic task failed; its next turn tries again.", task=getattr(action, "__name__", "")
                )
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                continue

    return run
