"""The API process of the profile service."""

from fastapi import FastAPI

from kit.app import create_service_app
from services.profile.api import competencies, growth_areas, imports, internal, me, organizations, people, strengths
from services.profile.settings import ProfileSettings
from services.profile.wiring import Wiring

TAGS = {
    "organizations": "Customers, each with its own isolated data.",
    "people": "The people of an organization, as its HR system knows them.",
    "me": "What the caller says of how and when they work.",
    "strengths": "What people can teach, and on which terms.",
    "growth-areas": "What people want to learn, and who may know it.",
    "imports": "Files of the HR system, taken in in the background.",
    "competencies": "The taxonomy of an organization.",
}


def create_app(settings: ProfileSettings | None = None) -> FastAPI:
    """The application; it reads its settings when it starts, so that its document can be made without any."""
    return create_service_app(
        title="Bothways profile",
        description="People, what they are strong in, and where they want to grow.",
        tags=TAGS,
        routers=[
            organizations.router,
            me.router,
            strengths.router,
            growth_areas.router,
            people.router,
            competencies.router,
            imports.router,
            internal.router,
        ],
        open_wiring=lambda: Wiring.opened(settings),
    )


app = create_app()
