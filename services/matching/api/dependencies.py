"""What routes are given."""

from typing import Annotated

from fastapi import Depends, Header, Request

from kit.languages import negotiate
from services.matching.domain.words.locales import LOCALES
from services.matching.wiring import Wiring


async def wiring(request: Request) -> Wiring:
    """The process's wiring."""
    found: Wiring = request.app.state.wiring
    return found


Wired = Annotated[Wiring, Depends(wiring)]


async def locale(
    accept_language: Annotated[
        str | None,
        Header(
            alias="Accept-Language",
            description=f"The languages in which the caller likes to read: {', '.join(LOCALES)}.",
            examples=["de-AT, de;q=0.9, en;q=0.5"],
        ),
    ] = None,
) -> str:
    """Dependency: the language of the answer's words."""
    return negotiate(accept_language, tuple(LOCALES))


Locale = Annotated[str, Depends(locale)]
