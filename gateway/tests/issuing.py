"""An identity provider of a test: keys, and tokens that it would or would never sign."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

ISSUER = "https://login.example/"
AUDIENCE = "https://api.example"
ORGANIZATION = f"org_{'1' * 32}"

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "okp"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "rsa"})


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


def forged(header: dict[str, Any], sign: Callable[[bytes], bytes], **more: Any) -> str:
    """A token that no honest library would make: any header, signed in any way."""
    parts = [json.dumps(part).encode() for part in (header, claims(**more))]
    content = b".".join(_encoded(part) for part in parts)
    return (content + b"." + _encoded(sign(content))).decode()


def by(key: RSAKey) -> Callable[[bytes], bytes]:
    """Signs as RS256 does."""
    private_key = key.private_key
    assert private_key is not None
    return lambda content: private_key.sign(content, PKCS1v15(), SHA256())


def by_secret(secret: bytes) -> Callable[[bytes], bytes]:
    """Signs as HS256 does."""
    return lambda content: hmac.digest(secret, content, hashlib.sha256)


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
