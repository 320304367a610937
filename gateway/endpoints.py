"""The gateway's own few endpoints: probes, the OpenAPI document, the API reference, development tokens."""

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from gateway.catalogue import Catalogue
from gateway.development_issuer import DevelopmentIssuer, development_routes
from gateway.reference_page import reference_routes
from kit.problems import add_problem_handlers
from kit.schemas import Liveness


def own_application(catalogue: Catalogue, development_issuer: DevelopmentIssuer | None) -> FastAPI:
    """The application for every path that no service has."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    add_problem_handlers(app)

    @app.get("/livez")
    @app.get("/readyz")
    async def alive() -> Liveness:
        return Liveness(status="ok")

    @app.api_route("/openapi.json", methods=["GET", "HEAD"])
    async def openapi(request: Request) -> Response:
        return catalogue.document.answer(request)

    @app.get("/")
    async def root() -> Response:
        return RedirectResponse("/docs", 307)

    app.include_router(reference_routes())
    if development_issuer is not None:
        app.include_router(development_routes(development_issuer))
    return app
