"""Profile, as far as matching asks it: what it says of people at present."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.http_client import ServiceClient

_READ_SECONDS = 10.0


class ProfilePeople:
    """Reads people from profile."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def snapshot(self, organization_id: str, person_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """What profile says of these people; at most a thousand at a time."""
        answer = await self._client.post(
            "/internal/people:snapshot",
            {"organization_id": organization_id, "person_ids": list(person_ids)},
            safe=True,
            read_timeout=_READ_SECONDS,
        )
        people: Sequence[Mapping[str, Any]] = answer["people"]
        return people
