"""Schemathesis hook: the service under test is called as the gateway calls it, with tokens that stay fresh."""

import json
import os
from typing import Any

import schemathesis

from kit.identity import TokenMinter

_TOLD = json.loads(os.environ["FUZZ_CALLER"])
_MINTER = TokenMinter("gateway", _TOLD["key"])


@schemathesis.auth(refresh_interval=20)
class InternalToken:
    """A token of the gateway for the service under test."""

    def get(self, _case: Any, _context: Any) -> str:
        return _MINTER.mint(
            _TOLD["audience"],
            subject="fuzz",
            organization_id=_TOLD["organization_id"],
            person_id=_TOLD["person_id"],
            roles=frozenset(_TOLD["roles"]),
        )

    def set(self, case: Any, data: str, _context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
