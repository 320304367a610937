"""The API process of the matching service."""

from fastapi import FastAPI

from kit.app import create_service_app
from services.matching.api import (
    choices,
    contests,
    explanations,
    match_policies,
    match_runs,
    opportunities,
    participations,
    programs,
    proposals,
    requests,
    reviews,
    topics,
)
from services.matching.settings import MatchingSettings
from services.matching.wiring import Wiring

TAGS = {
    "match-policies": "What scores are made of and what is never proposed, in versions that never change.",
    "programs": "What an organization offers, and to whom.",
    "participations": "People's parts in programs.",
    "match-runs": "Reproducible executions that find people for each other.",
    "proposals": "People proposed to each other, with the reasons; they decide.",
    "requests": "What people ask each other themselves, one choice after the other.",
    "topics": "What people want to learn, who could teach it, and what nobody has noticed yet.",
    "opportunities": "Who could help somebody, and whom they could help.",
    "contests": "What people say against what was found for them, and what they are answered.",
}


def create_app(settings: MatchingSettings | None = None) -> FastAPI:
    """The application; it reads its settings when it starts, so that its document can be made without any."""
    return create_service_app(
        title="Bothways matching",
        description="Programs, match runs and proposals: who could teach whom, and why.",
        tags=TAGS,
        # Routes are tried in this order: what people wait for while they look around comes first.
        routers=[
            opportunities.router,
            match_policies.router,
            programs.router,
            participations.router,
            choices.router,
            match_runs.router,
            proposals.router,
            explanations.router,
            requests.router,
            contests.router,
            reviews.router,
            topics.router,
        ],
        open_wiring=lambda: Wiring.opened(settings),
    )


app = create_app()
