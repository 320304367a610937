"""Settings of the matching service."""

from kit.settings import ServiceSettings, settings_config


class MatchingSettings(ServiceSettings):
    """What the matching service is told: variables `MATCHING_…`."""

    model_config = settings_config("MATCHING_")

    profile_url: str = "http://127.0.0.1:8081"
    sessions_url: str = "http://127.0.0.1:8083"
