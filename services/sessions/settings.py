"""Settings of the sessions service."""

from kit.settings import ServiceSettings, settings_config


class SessionsSettings(ServiceSettings):
    """What the sessions service is told: variables `SESSIONS_…`."""

    model_config = settings_config("SESSIONS_")

    profile_url: str = "http://127.0.0.1:8081"
    matching_url: str = "http://127.0.0.1:8082"
