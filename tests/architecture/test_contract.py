"""The routes of the applications, the committed documents and the gateway's table name the same operations."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from gateway.routes import service_of
from scripts.sources import ROOT, SERVICES

_METHODS = {"get", "post", "put", "patch", "delete"}
_PARAMETER = re.compile(r"\{[a-z_]+\}")


def document(component: str) -> dict[str, Any]:
    """A committed document."""
    folder = ROOT / "services" / component if component in SERVICES else ROOT / component
    loaded: dict[str, Any] = orjson.loads((folder / "openapi.json").read_bytes())
    return loaded


def application(service: str) -> FastAPI:
    """The service's application; it needs no settings until it starts."""
    app: FastAPI = importlib.import_module(f"services.{service}.main").create_app()
    return app


def routes(router: Any) -> Iterator[APIRoute]:
    """Every route of an application, those of its included routers too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from routes(included)


def operations(described: dict[str, Any]) -> set[tuple[str, str]]:
    """Every operation of a document, as method and path."""
    return {(method, path) for path, item in described["paths"].items() for method in item if method in _METHODS}


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_in_the_document(service: str) -> None:
    served = {
        (method.lower(), route.path)
        for route in routes(application(service))
        if route.path.startswith("/v1/")
        for method in route.methods or ()
    }
    described = {operation for operation in operations(document(service)) if operation[1].startswith("/v1/")}
    assert served == described


@pytest.mark.parametrize("service", SERVICES)
def test_the_gateway_sends_every_operation_to_the_service_that_has_it(service: str) -> None:
    for _, path in operations(document(service)):
        if path.startswith("/v1/"):
            assert service_of(_PARAMETER.sub("id", path)) == service, path


def test_the_gateways_document_has_every_public_operation_and_no_other() -> None:
    public = {operation for service in SERVICES for operation in operations(document(service))}
    public = {operation for operation in public if operation[1].startswith("/v1/")}
    assert operations(document("gateway")) == public


@pytest.mark.parametrize("service", SERVICES)
def test_internal_operations_never_pass_the_gateway(service: str) -> None:
    for _, path in operations(document(service)):
        if not path.startswith("/v1/"):
            assert service_of(_PARAMETER.sub("id", path)) is None, path


def test_every_operation_has_a_name_of_its_own_a_tag_and_words() -> None:
    names: list[str] = []
    for path, item in document("gateway")["paths"].items():
        for method in _METHODS & set(item):
            operation = item[method]
            names.append(operation["operationId"])
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert len(operation["tags"]) == 1, (method, path)
            assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), operation["operationId"]
    assert len(names) == len(set(names))
