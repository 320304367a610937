"""A process that applies the shop's events and dies at a chosen point. Arguments: address, point."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from kit.database import Database
from kit.events import Consumer, Event
from kit.tests.shop import RESOLED, SERVICE, Resoling, open_shop, shop_client


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _main(url: str, point: str) -> None:
    async def before_commit(_: Sequence[Event]) -> None:
        _die()

    handler = Resoling(before_commit if point == "before-commit" else None)
    database = Database(url, pool_size=4)
    async with open_shop(url) as app:
        consumer = Consumer(database, SERVICE, shop_client(app), {RESOLED: handler}, wait_seconds=1, page_size=1)
        running = asyncio.create_task(consumer.run(asyncio.Event()))
        while not handler.batches:
            await asyncio.sleep(0)
        # The effect is written; whether it is committed is a matter of microseconds.
        if point == "after-commit":
            await asyncio.sleep(0.05)
        _die()
        await running


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
