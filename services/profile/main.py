"""The API process of the profile service."""

from fastapi import FastAPI

from kit.app import create_service_app
from services.profile.api import organizations, people
from services.profile.settings import ProfileSettings
from services.profile.wiring import Wiring

TAGS = {
    "organizations": "Customers, each with its own isolated data.",
    "people": "The people of an organization, as its HR system knows them.",
}


def create_app(settings: ProfileSettings | None = None) -> FastAPI:
    """The application; it reads its settings when it starts, so that its document can be made without any."""
    return create_service_app(
        title="Bothways profile",
        description="People, what they are strong in, and where they want to grow.",
        tags=TAGS,
        routers=[organizations.router, people.router],
        open_wiring=lambda: Wiring.opened(settings),
    )


app = create_app()
