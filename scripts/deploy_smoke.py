"""The few requests that show that a deployed system works, spoken through its edge."""

import json
import socket
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

PLATFORM = "urn:deploy-check:platform"
CUSTOMER = "urn:deploy-check:customer"
AUDIENCE = "bothways"


def free_port() -> int:
    """A port of this machine that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Smoke:
    """A caller with identity providers of its own."""

    def __init__(self, port: int, secrets: Path) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._issuers_file = secrets / "gateway_issuers"
        self._key = ECKey.generate_key("P-256", {"kid": "deploy-check"})
        self._issuers: list[dict[str, Any]] = []

    def trust_operator(self) -> None:
        """Let the gateway believe the operator's tokens."""
        self._trust({"issuer": PLATFORM, "platform": True})

    def trust(self, organization_id: str) -> None:
        """Let the gateway believe the organization's tokens; it reads them when it starts again."""
        self._trust({"issuer": CUSTOMER, "organization_id": organization_id})

    def _trust(self, issuer: dict[str, Any]) -> None:
        keys = {"keys": [self._key.as_dict(private=False)]}
        self._issuers.append({**issuer, "audience": AUDIENCE, "jwks": keys})
        self._issuers_file.write_text(json.dumps(self._issuers), encoding="utf-8")

    def wait_until_ready(self) -> None:
        """Until a service answers through edge and gateway: 401, because nobody is named."""
        deadline = time.monotonic() + 120
        while self._request("GET", "/v1/organization")[0] != 401:
            if time.monotonic() > deadline:
                raise AssertionError("the system is not ready after two minutes")
            time.sleep(0.5)

    def create_organization(self) -> str:
        """A new organization; its id."""
        body = {"name": "Adventure Works", "time_zone": "Europe/Berlin"}
        status, answer = self._request("POST", "/v1/organizations", self._token(PLATFORM, "platform_operator"), body)
        assert status == 201, (status, answer)
        return str(answer["id"])

    def list_everything(self) -> None:
        """Every service answers the organization's coordinator: there is nothing yet."""
        token = self._token(CUSTOMER, "coordinator")
        for path in ("/v1/people", "/v1/programs", f"/v1/engagements?program_id=prg_{'0' * 32}"):
            status, answer = self._request("GET", path, token)
            assert (status, answer) == (200, {"items": [], "next_cursor": None}), (path, status, answer)

    def _token(self, issuer: str, role: str) -> str:
        now = int(time.time())
        claims = {"iss": issuer, "aud": AUDIENCE, "sub": "check", "roles": [role], "iat": now, "exp": now + 300}
        return jwt.encode({"alg": "ES256", "kid": "deploy-check"}, claims, self._key, algorithms=["ES256"])

    def _request(
        self, method: str, path: str, token: str | None = None, body: dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._base + path, data, headers, method=method)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - our own address
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, None
