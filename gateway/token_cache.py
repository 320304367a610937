"""Answers about tokens, kept for a short time; bounded, so that a flood of tokens cannot fill the memory."""

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

from kit.clock import Clock

Value = TypeVar("Value")


class TokenCache(Generic[Value]):
    """Values by token. Only a digest of the token is kept."""

    def __init__(self, clock: Clock, capacity: int) -> None:
        self._clock = clock
        self._capacity = capacity
        self._entries: OrderedDict[bytes, tuple[float, Value]] = OrderedDict()

    def find(self, token: str) -> Value | None:
        """The value of the token, if it is still good."""
        key = _key(token)
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock.now().timestamp():
            del self._entries[key]
            return None
        return entry[1]

    def keep(self, token: str, value: Value, until: float) -> None:
        """Keep the value until a moment (Unix seconds); the oldest entry makes room."""
        key = _key(token)
        self._entries[key] = (until, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
