"""Settings of the profile service."""

from kit.settings import ServiceSettings, settings_config


class ProfileSettings(ServiceSettings):
    """What the profile service is told: variables `PROFILE_…`."""

    model_config = settings_config("PROFILE_")
