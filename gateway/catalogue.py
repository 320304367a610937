"""The OpenAPI document of the whole system, kept current with the services that run."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog

from gateway.documents import ReadyDocument
from gateway.openapi import COMMITTED, SERVICES, merge
from kit.errors import ExpectedError

_FIRST_RETRY_SECONDS = 5.0
_REFRESH_SECONDS = 300.0
_MEDIA_TYPE = "application/json"
log = structlog.get_logger(__name__)

FetchDocument = Callable[[str], Awaitable[dict[str, Any]]]


class Catalogue:
    """The merged document as ready bytes: the one that was shipped until all services have shown theirs."""

    def __init__(self, fetch: FetchDocument) -> None:
        self._fetch = fetch
        self.document = ReadyDocument(COMMITTED.read_bytes(), _MEDIA_TYPE)

    async def refresh(self) -> bool:
        """Merge what the services serve now; False if one of them does not answer or does not fit."""
        try:
            documents = {service: await self._fetch(service) for service in SERVICES}
            self.document = ReadyDocument(orjson.dumps(merge(documents)), _MEDIA_TYPE)
        except (ExpectedError, ValueError, KeyError) as error:
            log.info("The services' documents are not merged yet.", reason=str(error))
            return False
        return True

    async def keep_current(self) -> None:
        """Refresh for ever: soon again until it has worked once, then rarely."""
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            pause = _REFRESH_SECONDS if await self.refresh() else _FIRST_RETRY_SECONDS
