"""What routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.matching.wiring import Wiring


async def wiring(request: Request) -> Wiring:
    """The process's wiring."""
    found: Wiring = request.app.state.wiring
    return found


Wired = Annotated[Wiring, Depends(wiring)]
