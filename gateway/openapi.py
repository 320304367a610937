"""One OpenAPI 3.1 document out of the services' documents.

Usage: python -m gateway.openapi [FILE]    (from the committed documents of the services; default gateway/openapi.json)
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

SERVICES = ("profile", "matching", "sessions")
_ROOT = Path(__file__).parent.parent
COMMITTED = Path(__file__).with_name("openapi.json")
_PUBLIC = "/v1/"
_SECURITY = "bearer"
_REF = re.compile(r"#/components/(?P<section>[^/]+)/(?P<name>.+)")
_INFO = {
    "title": "Bothways",
    "version": "1.0.0",
    "summary": "Workplace mentoring in which everyone has something to teach and something to learn.",
    "description": (
        "Every operation needs a bearer token of an identity provider that the operator has listed. "
        "Errors are `application/problem+json` with a stable `code`. "
        "Collections give `items` and a `next_cursor`. Creating needs an `Idempotency-Key`, changing an `If-Match`."
    ),
    "contact": {"name": "The maintainers of Bothways"},
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

Document = dict[str, Any]
Component = tuple[str, str]
"""A section of the components, and a name in it."""


def merge(documents: Mapping[str, Document]) -> Document:
    """The document of the whole system: what is equal is shared, what differs is named after its service."""
    renamed = _differing(documents)
    paths: Document = {}
    components: dict[str, Document] = {}
    tags: dict[str, Document] = {}
    operations: set[str] = set()
    for service, document in documents.items():
        own = {key: _named_after(service, key) for key in renamed}
        for path, item in document["paths"].items():
            if not path.startswith(_PUBLIC):
                continue
            if path in paths:
                raise ValueError(f"two services have {path}")
            paths[path] = _rewritten(item, own)
            for operation in paths[path].values():
                if operation["operationId"] in operations:
                    raise ValueError(f"two operations are called {operation['operationId']}")
                operations.add(operation["operationId"])
                operation["security"] = [{_SECURITY: []}]
        for section, name, value in _components(document):
            target = own.get((section, name), name)
            components.setdefault(section, {}).setdefault(target, _rewritten(value, own))
        for tag in document.get("tags", ()):
            tags.setdefault(tag["name"], tag)
    ordered = {section: dict(sorted(members.items())) for section, members in sorted(components.items())}
    ordered["securitySchemes"] = {
        _SECURITY: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of an identity provider that the operator has listed.",
        }
    }
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/", "description": "This gateway"}],
        "tags": list(tags.values()),
        "security": [{_SECURITY: []}],
        "paths": paths,
        "components": ordered,
    }


def _components(document: Document) -> Iterator[tuple[str, str, Any]]:
    for section, members in document.get("components", {}).items():
        if section != "securitySchemes":
            for name, value in members.items():
                yield section, name, value


def _differing(documents: Mapping[str, Document]) -> set[Component]:
    """Components that two services mean differently, directly or through what they refer to; wording aside."""
    meanings: dict[Component, list[Any]] = {}
    for document in documents.values():
        for section, name, value in _components(document):
            meanings.setdefault((section, name), []).append(_without_wording(value))
    differing = {key for key, values in meanings.items() if any(value != values[0] for value in values)}
    shared = {key: set(_references(values[0])) for key, values in meanings.items() if len(values) > 1}
    while found := {key for key, uses in shared.items() if key not in differing and uses & differing}:
        differing |= found
    return differing


def _without_wording(value: Any) -> Any:
    if isinstance(value, dict):
        # A property may be called description too; its value is a schema and no text.
        said = {key: part for key, part in value.items() if key != "description" or not isinstance(part, str)}
        return {key: _without_wording(part) for key, part in said.items()}
    if isinstance(value, list):
        return [_without_wording(part) for part in value]
    return value


def _references(value: Any) -> Iterator[Component]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref" and isinstance(part, str) and (match := _REF.fullmatch(part)):
                yield match["section"], match["name"]
            else:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _rewritten(value: Any, names: Mapping[Component, str]) -> Any:
    if isinstance(value, dict):
        return {key: _rewritten(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_rewritten(part, names) for part in value]
    if isinstance(value, str) and (match := _REF.fullmatch(value)):
        section, name = match["section"], match["name"]
        return f"#/components/{section}/{names.get((section, name), name)}"
    return value


def _named_after(service: str, component: Component) -> str:
    return service.capitalize() + component[1]


def committed() -> bytes:
    """The document of the committed services, as bytes."""
    documents = {
        service: orjson.loads((_ROOT / "services" / service / "openapi.json").read_bytes()) for service in SERVICES
    }
    return orjson.dumps(merge(documents), option=orjson.OPT_INDENT_2) + b"\n"


def main(target: str = str(COMMITTED)) -> None:
    """Write the document."""
    Path(target).write_bytes(committed())


if __name__ == "__main__":
    main(*sys.argv[1:])
