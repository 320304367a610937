"""What the gateway is told: its neighbours, the issuers whose tokens it believes, and its limits."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Json, Secret, model_validator

from kit.settings import ComponentSettings, settings_config

Algorithm = Literal["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]


class IssuerSettings(BaseModel):
    """One identity provider: how its tokens are checked, and whose people they speak for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(min_length=1)
    audience: str = Field(min_length=1)
    jwks_url: str | None = None
    jwks: dict[str, Any] | None = None
    """The keys themselves, for an issuer that publishes none."""
    organization_id: str | None = None
    """The organization of everybody who comes from this issuer. Never read from a token."""
    person_claim: str = "sub"
    person_key: Literal["id", "external_id", "work_email"] = "external_id"
    """What the person claim holds."""
    roles_claim: str = "roles"
    platform: bool = False
    """Whether this is the operator's own issuer: of no organization, and able to grant `platform_operator`."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.jwks is None) == (self.jwks_url is None):
            raise ValueError(f"the issuer {self.issuer} needs either jwks or jwks_url")
        if (self.organization_id is None) != self.platform:
            raise ValueError(f"the issuer {self.issuer} needs either organization_id or platform")
        return self


class GatewaySettings(ComponentSettings):
    """The gateway's settings, from variables that begin with `GATEWAY_`."""

    model_config = settings_config("GATEWAY_")

    profile_url: str = "http://127.0.0.1:8081"
    matching_url: str = "http://127.0.0.1:8082"
    sessions_url: str = "http://127.0.0.1:8083"
    issuers: list[IssuerSettings] = []
    token_algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
    development_key: Secret[Json[dict[str, Any]]] | None = None
    """Private key (OKP JWK) of the development issuer; in the local environment one is made if none is given."""
    deadline_seconds: float = 30.0
    import_deadline_seconds: float = 300.0
    requests_at_a_time: int = 512
    """How many requests each service may have under way; more are refused at once."""

    @property
    def services(self) -> dict[str, str]:
        """The services' addresses by name."""
        return {"profile": self.profile_url, "matching": self.matching_url, "sessions": self.sessions_url}

    def development_jwk(self) -> dict[str, Any] | None:
        """The development issuer's key, if one is given."""
        return None if self.development_key is None else self.development_key.get_secret_value()

    @property
    def is_local(self) -> bool:
        """Whether this is a developer's machine."""
        return self.environment == "local"

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.development_key is not None and not self.is_local:
            raise ValueError("the development issuer is refused unless the environment is local")
        names = [issuer.issuer for issuer in self.issuers]
        if len(names) != len(set(names)):
            raise ValueError("an issuer is listed twice")
        for issuer in self.issuers:
            if issuer.jwks_url and not issuer.jwks_url.startswith("https://") and not self.is_local:
                raise ValueError(f"the keys of {issuer.issuer} must be fetched over https")
        return self
