"""Pages by keyset: opaque sealed cursors that belong to one organization, path and set of filters."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from fastapi import Depends, Query, Request

from kit.errors import BadRequestError
from kit.identity import Caller

LIFETIME_SECONDS = 24 * 3600


class InvalidCursorError(BadRequestError):
    """The cursor was not made here, or for another list."""

    code = "invalid-cursor"
    title = "The cursor is not valid"


class CursorExpiredError(BadRequestError):
    """The cursor is older than a day."""

    code = "cursor-expired"
    title = "The cursor has expired"


class CursorSealer:
    """Seals positions into cursors and opens them again."""

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])

    def seal(self, context: str, position: Sequence[str]) -> str:
        """A cursor for this position of the list that the context names."""
        return self._fernet.encrypt(orjson.dumps([context, *position])).decode()

    def open(self, context: str, cursor: str) -> tuple[str, ...]:
        """The position in the cursor; `InvalidCursorError` if it is of another list."""
        try:
            token = cursor.encode()
            sealed_for, *position = orjson.loads(self._fernet.decrypt(token))
            sealed_at = self._fernet.extract_timestamp(token)
        except (InvalidToken, ValueError):
            raise InvalidCursorError("Start again from the first page.") from None
        if sealed_for != context:
            raise InvalidCursorError("Use a cursor with the same list and filters that it came from.")
        if sealed_at + LIFETIME_SECONDS < time.time():
            raise CursorExpiredError("Start again from the first page.")
        return tuple(position)


class Page:
    """One page of a list: how many items, and after which position.

    A list statement takes `limit + 1` rows after `(sort_key, id)` and gives the columns `item` (JSON text),
    `sort_key` and `id` (text).
    """

    def __init__(self, sealer: CursorSealer, context: str, limit: int, cursor: str | None) -> None:
        self._sealer = sealer
        self._context = context
        self.limit = limit
        self.after_key: str | None = None
        self.after_id: str | None = None
        if cursor is not None:
            self.after_key, self.after_id = sealer.open(context, cursor)

    @property
    def arguments(self) -> tuple[int, str | None, str | None]:
        """The arguments `$2`, `$3` and `$4` of a list statement: rows to take, last sort key, last id."""
        return self.limit + 1, self.after_key, self.after_id

    def body(self, rows: Sequence[Any]) -> bytes:
        """The page as ready bytes: `{"items": […], "next_cursor": …}`."""
        shown = rows[: self.limit]
        cursor = None
        if len(rows) > self.limit:
            cursor = self._sealer.seal(self._context, (shown[-1]["sort_key"], shown[-1]["id"]))
        items = ",".join(row["item"] for row in shown)
        return b'{"items":[%b],"next_cursor":%b}' % (items.encode(), orjson.dumps(cursor))


async def page(
    request: Request,
    principal: Caller,
    limit: Annotated[int, Query(ge=1, le=200, description="How many items at the most.")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")] = None,
) -> Page:
    """Dependency: the page that the caller asks for."""
    filters = sorted((k, v) for k, v in request.query_params.multi_items() if k not in {"limit", "cursor"})
    context = orjson.dumps([principal.organization, request.url.path, filters]).decode()
    return Page(request.app.state.wiring.cursors, context, limit, cursor)


Paging = Annotated[Page, Depends(page)]
