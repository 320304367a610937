"""What the gateway asks others for: people of profile, documents of the services, keys of identity providers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

from gateway.authenticate import PersonLink
from kit.errors import NotFoundError, UnavailableError
from kit.http_client import RawClient, RawError, ServiceClient

_LARGEST_KEY_SET = 256 * 1024
_LOOK_UP_SECONDS = 5.0


class ProfilePeople:
    """People, looked up in profile."""

    def __init__(self, profile: ServiceClient) -> None:
        self._profile = profile

    async def find(self, organization_id: str, key: str, value: str) -> PersonLink | None:
        """The person with this key, if the organization has one."""
        path = "/".join(quote(part, safe="") for part in (organization_id, key, value))
        try:
            found = await self._profile.get(f"/internal/subjects/{path}", within=_LOOK_UP_SECONDS)
        except NotFoundError:
            return None
        return PersonLink(found["person_id"], found["active"])


class ServiceDocuments:
    """The OpenAPI documents that the services serve."""

    def __init__(self, clients: Mapping[str, ServiceClient]) -> None:
        self._clients = clients

    async def fetch(self, service: str) -> dict[str, Any]:
        """The service's document."""
        document: dict[str, Any] = await self._clients[service].get("/internal/openapi.json")
        return document


class KeyPublications:
    """Key sets that identity providers publish. Redirects are not followed, and the size is bounded."""

    def __init__(self, http: RawClient) -> None:
        self._http = http

    async def fetch(self, url: str) -> Any:
        """The JSON at the address."""
        try:
            async with self._http.stream("GET", url, headers={"Accept": "application/json"}) as response:
                if response.status_code != 200:
                    raise UnavailableError(f"The identity provider answered {response.status_code}.")
                content = b""
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > _LARGEST_KEY_SET:
                        raise UnavailableError("The identity provider's key set is too large.")
        except RawError as error:
            raise UnavailableError(f"The identity provider does not answer: {type(error).__name__}.") from error
        return orjson.loads(content)
