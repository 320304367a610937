"""The API process of the matching service."""

from fastapi import FastAPI

from kit.app import create_service_app
from services.matching.api import choices, match_policies, match_runs, participations, programs, proposals
from services.matching.settings import MatchingSettings
from services.matching.wiring import Wiring

TAGS = {
    "match-policies": "What scores are made of and what is never proposed, in versions that never change.",
    "programs": "What an organization offers, and to whom.",
    "participations": "People's parts in programs.",
    "match-runs": "Reproducible executions that find people for each other.",
    "proposals": "People proposed to each other, with the reasons; they decide.",
}


def create_app(settings: MatchingSettings | None = None) -> FastAPI:
    """The application; it reads its settings when it starts, so that its document can be made without any."""
    return create_service_app(
        title="Bothways matching",
        description="Programs, match runs and proposals: who could teach whom, and why.",
        tags=TAGS,
        routers=[
            match_policies.router,
            programs.router,
            participations.router,
            choices.router,
            match_runs.router,
            proposals.router,
        ],
        open_wiring=lambda: Wiring.opened(settings),
    )


app = create_app()
