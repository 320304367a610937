"""Work on everybody of an organization at once: in a thread, so that the event loop stays awake."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


async def in_thread(make: Callable[[], Made]) -> Made:
    """What is made in a thread, of so many objects that the collector of cycles is better out of the way."""
    with _uncollected():
        return await asyncio.to_thread(make)


async def fed(make: Callable[[Iterable[Item]], Made], chunks: AsyncGenerator[Iterable[Item], None]) -> Made:
    """What is made in a thread of items that are read here meanwhile, some at a time.

    Whoever stops waiting waits until the thread has stopped asking, so that nothing is read after its transaction.
    """
    loop = asyncio.get_running_loop()
    wanted = True

    async def following() -> Iterable[Item] | None:
        return await anext(chunks, None)

    def items() -> Iterator[Item]:
        while wanted and (chunk := asyncio.run_coroutine_threadsafe(following(), loop).result()) is not None:
            yield from chunk

    async with aclosing(chunks):
        making = asyncio.ensure_future(in_thread(lambda: make(items())))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            wanted = False
            with suppress(Exception):
                await making
            raise


@asynccontextmanager
async def beside(make: Callable[[], Made]) -> AsyncIterator[asyncio.Future[Made]]:
    """What is made in a thread while something else is waited for; whoever leaves before does not wait for it."""
    making = asyncio.ensure_future(in_thread(make))
    try:
        yield making
    finally:
        making.cancel()


async def made_ahead(parts: Iterable[Callable[[], Made]]) -> AsyncGenerator[Made, None]:
    """What each of the parts makes, one after the other, each made while the one before it is used."""
    started = (asyncio.ensure_future(in_thread(part)) for part in parts)
    making = next(started, None)
    try:
        while making is not None:
            made = await making
            making = next(started, None)
            yield made
    finally:
        if making is not None:
            making.cancel()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Objects that refer to each other in no circle go without it; with it, all are looked through again and again."""
    _AT_WORK.append(None)
    gc.disable()
    try:
        yield
    finally:
        _AT_WORK.pop()
        if not _AT_WORK:
            gc.enable()


_AT_WORK: list[None] = []
