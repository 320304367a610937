"""Settings from the environment, or from files in `/run/secrets`."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Json, Secret, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")


def settings_config(prefix: str) -> SettingsConfigDict:
    """Where a component's settings come from: variables with its prefix, or secret files of the same names."""
    return SettingsConfigDict(
        env_prefix=prefix,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )


class ComponentSettings(BaseSettings):
    """What every component is told."""

    environment: Literal["local", "production"] = "production"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    signing_key: Secret[Json[dict[str, Any]]]
    """Private key (OKP JWK) with which this component signs its calls to its neighbours."""


class ServiceSettings(ComponentSettings):
    """What every service is told."""

    database_url: SecretStr
    """Postgres, as the runtime role that owns nothing."""
    database_pool_size: int = 10
    trusted_keys: Json[dict[str, dict[str, Any]]]
    """Issuer to public key (OKP JWK): whose internal tokens are believed."""
    cursor_key: SecretStr
    """Fernet keys, comma separated; the first one seals, all open."""
    event_poll_seconds: float = 20.0
    """How long a consumer's request waits at the provider for something new."""
    job_heartbeat_timeout_seconds: float = 15.0
    """After this long without a sign of life, a job is given to another worker."""
