"""Keys of a test run: one pair an issuer, made once, known to nobody else."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet
from joserfc.jwk import OKPKey

from kit.identity import TokenMinter

CURSOR_KEY = Fernet.generate_key().decode()
ISSUERS = ("gateway", "profile", "matching", "sessions")


_KEYS = {issuer: OKPKey.generate_key("Ed25519") for issuer in ISSUERS}


def private_key(issuer: str) -> dict[str, Any]:
    """The issuer's private key as an OKP JWK."""
    return dict(_KEYS[issuer].as_dict(private=True))


def public_keys() -> Mapping[str, dict[str, Any]]:
    """Every issuer's public key."""
    return {issuer: dict(_KEYS[issuer].as_dict(private=False)) for issuer in ISSUERS}


def minter(issuer: str = "gateway") -> TokenMinter:
    """Mints tokens in the issuer's name."""
    return TokenMinter(issuer, private_key(issuer))


def service_settings(service: str, database_url: str, **more: Any) -> dict[str, Any]:
    """The arguments of a service's settings in a test."""
    return {
        "environment": "local",
        "log_level": "WARNING",
        "signing_key": json.dumps(private_key(service)),
        "trusted_keys": json.dumps(public_keys()),
        "cursor_key": CURSOR_KEY,
        "database_url": database_url,
        "database_pool_size": 4,
        **more,
    }
