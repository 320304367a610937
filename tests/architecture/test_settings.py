"""Every setting of every component is told to those who run it."""

import re

import pytest

from gateway.settings import GatewaySettings
from kit.settings import ComponentSettings, ServiceSettings
from scripts.sources import ROOT
from services.matching.settings import MatchingSettings
from services.profile.settings import ProfileSettings
from services.sessions.settings import SessionsSettings

SETTINGS: list[type[ComponentSettings]] = [ProfileSettings, MatchingSettings, SessionsSettings, GatewaySettings]
TOLD = set(re.findall(r"^#?([A-Z][A-Z_]*)=", (ROOT / "deploy/env.example").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_is_in_the_example(settings: type[ComponentSettings]) -> None:
    prefix = settings.model_config["env_prefix"]
    shared = set(ServiceSettings.model_fields) if issubclass(settings, ServiceSettings) else set()
    for name in settings.model_fields:
        # What all services have is told once, under profile's prefix.
        variable = f"PROFILE_{name}" if name in shared else f"{prefix}{name}"
        assert variable.upper() in TOLD


def test_every_variable_of_the_example_exists() -> None:
    known = {
        f"{settings.model_config['env_prefix']}{name}".upper()
        for settings in SETTINGS
        for name in settings.model_fields
    }
    prefixes = tuple(settings.model_config["env_prefix"] for settings in SETTINGS)
    unknown = {name for name in TOLD if name.startswith(prefixes)} - known
    assert unknown == {"PROFILE_MIGRATION_DATABASE_URL"}
