"""A clock that moves only when it is told to."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time that it stands at."""
        return self._now

    def advance(self, **by: float) -> None:
        """Move on by a `timedelta` of these arguments."""
        self._now += timedelta(**by)
