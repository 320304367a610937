"""OpenAPI documents: completed from what every operation has in common, and written to files.

Usage: python -m kit.openapi services.profile.main:create_app services/profile/openapi.json
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kit.schemas import Problem

SECURITY_SCHEME = "bearer"
_PROBLEM_MEDIA = "application/problem+json"


def complete_openapi(app: FastAPI) -> None:
    """Make the application's document state its security and its problems on every operation."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    description=app.description,
                    routes=app.routes,
                    tags=app.openapi_tags,
                    servers=[{"url": "/"}],
                    contact={"name": "The maintainers of Bothways"},
                    license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
                    separate_input_output_schemas=False,
                )
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    answer = {"content": {_PROBLEM_MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path in document["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            responses.pop("422", None)
            responses["4XX"] = {"description": "The request cannot be done; `code` says why.", **answer}
            responses["5XX"] = {"description": "Something is wrong here; try again.", **answer}
            operation["security"] = [{SECURITY_SCHEME: []}]
            for parameter in operation.get("parameters", ()):
                _state_plainly(parameter)
    return document


def _state_plainly(parameter: dict[str, Any]) -> None:
    # A parameter is there or it is not; it is never null, as the code's `None` would have it.
    schema = parameter["schema"]
    parameter["required"] = schema.pop("x-required", parameter.get("required", False))
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])


def document_bytes(app: FastAPI) -> bytes:
    """The document as it is committed: indented JSON with a final line feed."""
    return orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2) + b"\n"


def main(target: str, path: str) -> None:
    """Write the document of the application that the target names (`module:factory`)."""
    module, _, factory = target.partition(":")
    Path(path).write_bytes(document_bytes(getattr(importlib.import_module(module), factory)()))


if __name__ == "__main__":
    main(*sys.argv[1:])
