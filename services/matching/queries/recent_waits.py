"""How long people wait for a yes, kept for some minutes: many look, it changes slowly, and to count takes time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import orjson

from kit.clock import Clock
from kit.database import Reader
from services.matching.queries.requests import get_expected_wait

KEPT = timedelta(minutes=10)
_MOST = 4_096


class RecentWaits:
    """What `get_expected_wait` says of programs, at most ten minutes old."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[datetime, int | None]] = {}

    async def median_hours(self, db: Reader, program_ids: Iterable[str]) -> Mapping[str, int | None]:
        """By program, the hours from an offer to the first yes; None where too few offers tell."""
        found: dict[str, int | None] = {}
        for program_id in program_ids:
            key, now = (db.principal.organization_id, program_id), self._clock.now()
            until, hours = self._known.get(key, (now, None))
            if until <= now:
                hours = orjson.loads((await get_expected_wait(db, program_id)).body)["median_hours"]
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = now + KEPT, hours
            found[program_id] = hours
        return found
