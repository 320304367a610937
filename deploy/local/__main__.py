"""`python -m deploy.local run|demo|migrate`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from deploy.local.components import PortTakenError
from deploy.local.migrate import bring_to_newest
from deploy.local.migrations import MigrationFailedError
from deploy.local.postgres_binaries import PostgresUnavailableError
from deploy.local.run import run
from deploy.local.state import AlreadyRunningError
from deploy.local.system import StartFailedError

EXPECTED = (PortTakenError, AlreadyRunningError, PostgresUnavailableError, MigrationFailedError, StartFailedError)


def main() -> None:
    """Run the command that was asked for; the first signal ends it in order."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Bothways on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the whole system")
    commands.add_parser("demo", help="follow the whole story on 8,000 people")
    commands.add_parser("migrate", help="bring the local database to the newest schema")
    command = parser.parse_args().command
    try:
        if command == "run":
            asyncio.run(_until_signalled(run()))
        elif command == "demo":
            from deploy.local.demo.tell import demo  # noqa: PLC0415 - `run` stays small in memory without it

            asyncio.run(_until_signalled(demo()))
        else:
            asyncio.run(_until_signalled(bring_to_newest()))
    except EXPECTED as error:
        sys.exit(f"{error}")


async def _until_signalled(work: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    main()
