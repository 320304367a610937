"""Callers of an application under test."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from kit.testing.keys import minter

Response = httpx.Response


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[FastAPI]:
    """The application between its start and its stop (ASGI transports do not run its lifespan)."""
    async with app.router.lifespan_context(app):
        yield app


class Caller:
    """Somebody who calls a service as the gateway would: with an internal token of its own."""

    def __init__(
        self,
        app: FastAPI,
        audience: str,
        organization_id: str | None,
        *,
        person_id: str | None = None,
        roles: tuple[str, ...] = (),
        scopes: tuple[str, ...] = (),
        issuer: str = "gateway",
    ) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        token = minter(issuer).mint(
            audience,
            subject=person_id or "+".join(roles) or issuer,
            organization_id=organization_id,
            person_id=person_id,
            roles=frozenset(roles),
            scopes=frozenset(scopes),
        )
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=30)

    async def get(self, path: str, **params: Any) -> Response:
        """GET with query parameters."""
        return await self.http.get(path, params=params)

    async def post(self, path: str, json: Any = None, *, key: str | None = "fresh", **more: Any) -> Response:
        """POST with an Idempotency-Key: a fresh one, the one that is given, or none."""
        headers = {} if key is None else {"Idempotency-Key": str(uuid.uuid4()) if key == "fresh" else key}
        return await self.http.post(path, json=json, headers=headers, **more)

    async def change(self, method: str, path: str, json: Any = None, *, version: int | None) -> Response:
        """PATCH, PUT or DELETE, with the version that was seen in If-Match, or without one."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return await self.http.request(method, path, json=json, headers=headers)


def problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem body of a response, which must have this status and code."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body.get("code")) == (status, code), body
    assert response.headers["content-type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    return body


def ok(response: Response, status: int = 200) -> Any:
    """The JSON body of a response, which must have this status."""
    assert response.status_code == status, (response.status_code, response.text)
    return response.json() if response.content else None
