"""Identifiers: a prefix that names the thing, and a time-ordered UUID (RFC 9562, version 7) as 32 hex digits.

They are stored exactly as they are shown, so that no layer converts them.
"""

import os
import secrets
import threading
import time
from typing import Any, Protocol

from pydantic import Field

HEX_DIGITS = 32
_RANDOM_BITS = 74


class Ids(Protocol):
    """Makes identifiers."""

    def new(self, prefix: str) -> str:
        """A fresh identifier, such as `per_0192f1c2…`."""
        ...


class TimeOrderedIds:
    """UUID version 7: 48 bits of Unix milliseconds, then a 12-bit and a 62-bit random part.

    Those of one maker are in the order of their making, within a millisecond too (RFC 9562, section 6.2, method 2).
    """

    def __init__(self) -> None:
        self._last = (0, 0)
        self._lock = threading.Lock()

    def new(self, prefix: str) -> str:
        """A fresh identifier, such as `per_0192f1c2…`."""
        with self._lock:
            milliseconds, random = self._last = self._next(*self._last)
        value = (milliseconds & (1 << 48) - 1) << 80
        value |= 0x7 << 76 | (random >> 62) << 64
        value |= 0b10 << 62 | random & (1 << 62) - 1
        return f"{prefix}_{value:032x}"

    @staticmethod
    def _next(last: int, last_random: int) -> tuple[int, int]:
        milliseconds = time.time_ns() // 1_000_000
        if milliseconds > last:
            return milliseconds, secrets.randbits(_RANDOM_BITS - 1)
        # The first bit was left free, so that a step never runs over.
        return last, last_random + 1 + int.from_bytes(os.urandom(4), "little")


def id_of(prefix: str) -> Any:
    """The constraints of identifiers with this prefix, for `Annotated[str, …]`."""
    return Field(
        pattern=f"^{prefix}_[0-9a-f]{{{HEX_DIGITS}}}$",
        max_length=len(prefix) + 1 + HEX_DIGITS,
        examples=[f"{prefix}_0192f1c28b7a7e3c9d4f5a6b7c8d9e0f"],
    )
