"""Tokens from outside: whether the issuer that a token names has made it, for us, and for now."""

import base64
import binascii
from collections.abc import Collection
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from gateway.errors import InvalidTokenError
from gateway.issuers import Issuer, IssuerDirectory
from gateway.jwks import modern_name
from kit.clock import Clock

LEEWAY_SECONDS = 60
_LONGEST_SUBJECT = 255
_DOUBT = "The token is malformed, or its signature or its claims are not valid here."


class OutsideTokens:
    """Verifies tokens with the keys of our issuers. Keys, or addresses of keys, that a token brings are ignored."""

    def __init__(self, issuers: IssuerDirectory, clock: Clock, algorithms: Collection[str]) -> None:
        self._issuers = issuers
        self._clock = clock
        self._algorithms = _Algorithms(algorithms)

    async def verify(self, token: str) -> tuple[Issuer, dict[str, Any]]:
        """Who issued the token, and what it says; `InvalidTokenError` for any doubt."""
        header, unverified = _parts(token)
        if header.get("alg") not in self._algorithms.accepted:
            raise InvalidTokenError("The token is signed with an algorithm that is not accepted.")
        name = unverified.get("iss")
        issuer = self._issuers.find(name) if isinstance(name, str) else None
        if issuer is None:
            raise InvalidTokenError("The token's issuer is not known here.")
        key_id = header.get("kid")
        key = await issuer.keys.find(key_id) if key_id is None or isinstance(key_id, str) else None
        if key is None:
            raise InvalidTokenError("The token is signed with a key that is not known here.")
        return issuer, self._claims(token, key, issuer)

    def _claims(self, token: str, key: Key, issuer: Issuer) -> dict[str, Any]:
        expected = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock.now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer.settings.issuer},
            aud={"essential": True, "value": issuer.settings.audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, key, registry=self._algorithms).claims
            expected.validate(claims)
        except ExpiredTokenError:
            raise InvalidTokenError("The token has expired.") from None
        except (JoseError, ValueError, TypeError, RecursionError, binascii.Error):
            raise InvalidTokenError(_DOUBT) from None
        if len(claims["sub"]) > _LONGEST_SUBJECT:
            raise InvalidTokenError(_DOUBT)
        return claims


class _Algorithms(JWSRegistry):
    """The accepted algorithms alone; a header may say more than we know, as RFC 7515 asks."""

    def __init__(self, accepted: Collection[str]) -> None:
        self.accepted = frozenset(accepted)
        super().__init__(algorithms={modern_name(name) for name in accepted}, strict_check_header=False)

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in self.accepted:
            raise InvalidTokenError(_DOUBT)
        return super().get_alg(modern_name(name))


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header, payload, _ = token.encode("ascii").split(b".")
        parts = [orjson.loads(base64.urlsafe_b64decode(part + b"==")) for part in (header, payload)]
    except ValueError:
        raise InvalidTokenError(_DOUBT) from None
    if not all(isinstance(part, dict) for part in parts):
        raise InvalidTokenError(_DOUBT)
    return parts[0], parts[1]
