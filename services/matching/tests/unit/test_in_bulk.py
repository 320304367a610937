import asyncio
import threading
from collections.abc import Callable
from functools import partial

from services.matching.use_cases.in_bulk import beside, made_ahead


async def test_each_part_is_made_after_the_one_before_it_and_while_that_is_used() -> None:
    at_work, most, begun = 0, 0, list[int]()

    def make(number: int) -> int:
        nonlocal at_work, most
        at_work += 1
        begun.append(number)
        most = max(most, at_work)
        # Long enough for another one to begin meanwhile, if it were let.
        threading.Event().wait(0.02)
        at_work -= 1
        return number

    used = []
    async for number in made_ahead(partial(make, number) for number in range(4)):
        await asyncio.sleep(0.04)
        assert begun == list(range(min(number + 2, 4)))
        used.append(number)
    assert used == [0, 1, 2, 3]
    assert most == 1


async def test_no_parts_make_nothing() -> None:
    nothing: list[Callable[[], int]] = []
    assert [made async for made in made_ahead(nothing)] == []


async def test_what_is_made_beside_other_work_is_there_when_it_is_asked_for() -> None:
    async with beside(lambda: 3) as making:
        await asyncio.sleep(0)
        assert await making == 3
