"""Which language to answer in: `Accept-Language` (RFC 9110, section 12.5.4), by lookup (RFC 4647, section 3.4)."""

import re
from collections.abc import Iterator, Sequence

_RANGE = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


def negotiate(accepted: str | None, offered: Sequence[str]) -> str:
    """The offered language that the caller likes best; the first one where nothing is said or nothing suits.

    Parts of the header that cannot be read are passed over: no request fails for its language.
    """
    ranges = sorted(_ranges(accepted or ""), key=lambda one: -one[1])
    refused = {tag for tag, quality in ranges if quality == 0}
    for tag, quality in ranges:
        if quality > 0:
            for candidate in _lookups(tag, offered):
                if candidate in offered and candidate not in refused:
                    return candidate
    return offered[0]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        read = _RANGE.fullmatch(part.strip())
        if read is not None:
            yield read[1].lower(), min(float(read[2] or 1), 1.0)


def _lookups(tag: str, offered: Sequence[str]) -> Iterator[str]:
    """A language range, then what is left of it without its last parts; anything at all for `*`."""
    if tag == "*":
        yield from offered
        return
    parts = tag.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
