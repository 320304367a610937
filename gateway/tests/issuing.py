"""An identity provider of a test: keys, and tokens that it would or would never sign."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

ISSUER = "https://login.example/"
AUDIENCE = "https://api.example"
ORGANIZATION = f"org_{'1' * 32}"

RSA: Key = RSAKey.generate_key(2048, {"kid": "rsa"})
EC: Key = ECKey.generate_key("P-256", {"kid": "ec"})
OKP: Key = OKPKey.generate_key("Ed25519", {"kid": "okp"})
FOREIGN: Key = RSAKey.generate_key(2048, {"kid": "rsa"})


def jwks(*keys: Key) -> dict[str, Any]:
    """The public key set."""
    return {"keys": [key.as_dict(private=False) for key in keys or (RSA, EC, OKP)]}


def issuer(**more: Any) -> dict[str, Any]:
    """The issuer's entry in the gateway's settings."""
    return {"issuer": ISSUER, "audience": AUDIENCE, "jwks": jwks(), "organization_id": ORGANIZATION, **more}


def claims(**more: Any) -> dict[str, Any]:
    """Good claims, changed as named; None leaves one out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "E-7", "iat": now, "exp": now + 600, **more}
    return {name: value for name, value in good.items() if value is not None}


def token(key: Key = RSA, algorithm: str = "RS256", header: dict[str, Any] | None = None, **more: Any) -> str:
    """A signed token."""
    named = {"alg": algorithm, "kid": key.get("kid"), **(header or {})}
    return jwt.encode(named, claims(**more), key, algorithms=[algorithm])
