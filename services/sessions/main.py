"""The API process of the sessions service."""

from fastapi import FastAPI

from kit.app import create_service_app
from services.sessions.api import (
    agreements,
    commitments,
    engagements,
    feedback,
    learnings,
    mentoring_sessions,
    notes,
    reports,
)
from services.sessions.settings import SessionsSettings
from services.sessions.wiring import Wiring

TAGS = {
    "engagements": "What accepted proposals become: people who agreed to learn from each other.",
    "agreements": "What they agree on, in versions that all of them sign.",
    "mentoring-sessions": "Their meetings.",
    "notes": "What they write down, for themselves or for all participants.",
    "commitments": "What learners will use at work, and whether they did.",
    "feedback": "How it is, told by each participant for the aggregate alone.",
    "learnings": "What each participant learned, in either role.",
    "reports": "What came of a program, without saying anything about few people.",
}


def create_app(settings: SessionsSettings | None = None) -> FastAPI:
    """The application; it reads its settings when it starts, so that its document can be made without any."""
    return create_service_app(
        title="Bothways sessions",
        description="Engagements, from the signed agreement to what is learned and used.",
        tags=TAGS,
        routers=[
            engagements.router,
            agreements.router,
            mentoring_sessions.router,
            notes.router,
            commitments.router,
            feedback.router,
            learnings.router,
            reports.router,
        ],
        open_wiring=lambda: Wiring.opened(settings),
    )


app = create_app()
