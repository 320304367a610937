"""One document out of three: nothing lost, nothing mixed up, the same every time."""

import copy
from typing import Any

import orjson
import pytest
from openapi_spec_validator import validate

from gateway.openapi import COMMITTED, committed, merge


def document(path: str, operation: str, schemas: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{next(iter(schemas))}"}}}}
    responses = {"200": {"description": "ok", **answer}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "service", "version": "1"},
        "tags": [{"name": "things", "description": "Things."}],
        "paths": {path: {"get": {"operationId": operation, "responses": responses}}},
        "components": {"schemas": schemas, "securitySchemes": {"own": {"type": "http", "scheme": "basic"}}},
        **more,
    }


PAGE = {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}
SMALL, LARGE = {"type": "string"}, {"type": "integer"}


def schema_of(merged: dict[str, Any], path: str) -> str:
    reference: str = merged["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def test_what_is_equal_is_shared() -> None:
    one = document("/v1/a", "a_get", {"Thing": SMALL})
    other = document("/v1/b", "b_get", {"Thing": SMALL})
    merged = merge({"profile": one, "matching": other})
    assert merged["components"]["schemas"] == {"Thing": SMALL}
    assert list(merged["paths"]) == ["/v1/a", "/v1/b"]
    assert merged["tags"] == one["tags"]
    validate(merged)


def test_what_differs_in_wording_alone_is_shared_in_the_first_ones_words() -> None:
    said = {"type": "object", "description": "One.", "properties": {"description": {"type": "string"}}}
    one = document("/v1/a", "a_get", {"Thing": said})
    other = document("/v1/b", "b_get", {"Thing": {**said, "description": "Another."}})
    assert merge({"profile": one, "matching": other})["components"]["schemas"] == {"Thing": said}
    other["components"]["schemas"]["Thing"]["properties"] = {"description": {"type": "integer"}}
    assert set(merge({"profile": one, "matching": other})["components"]["schemas"]) == {"MatchingThing", "ProfileThing"}


def test_what_differs_is_named_after_its_service() -> None:
    one = document("/v1/a", "a_get", {"Thing": SMALL})
    other = document("/v1/b", "b_get", {"Thing": LARGE})
    merged = merge({"profile": one, "matching": other})
    assert merged["components"]["schemas"] == {"MatchingThing": LARGE, "ProfileThing": SMALL}
    assert (schema_of(merged, "/v1/a"), schema_of(merged, "/v1/b")) == ("ProfileThing", "MatchingThing")
    assert merge({"matching": other, "profile": one})["components"] == merged["components"]
    validate(merged)


def test_what_only_refers_to_what_differs_differs_too() -> None:
    one = document("/v1/a", "a_get", {"Page": PAGE, "Thing": SMALL, "Same": SMALL})
    other = document("/v1/b", "b_get", {"Page": PAGE, "Thing": LARGE, "Same": SMALL})
    merged = merge({"profile": one, "matching": other})
    assert set(merged["components"]["schemas"]) == {
        "MatchingPage",
        "MatchingThing",
        "ProfilePage",
        "ProfileThing",
        "Same",
    }
    items = merged["components"]["schemas"]["ProfilePage"]["properties"]["items"]["items"]
    assert items == {"$ref": "#/components/schemas/ProfileThing"}
    validate(merged)


def test_a_discriminators_mapping_follows_the_names() -> None:
    reference = "#/components/schemas/Thing"
    choice = {"oneOf": [{"$ref": reference}], "discriminator": {"propertyName": "k", "mapping": {"t": reference}}}
    one = document("/v1/a", "a_get", {"Choice": choice, "Thing": SMALL})
    other = document("/v1/b", "b_get", {"Thing": LARGE})
    merged = merge({"profile": one, "matching": other})
    mapping = merged["components"]["schemas"]["Choice"]["discriminator"]["mapping"]
    assert mapping == {"t": "#/components/schemas/ProfileThing"}


def test_internal_paths_stay_inside_and_there_is_one_way_to_authenticate() -> None:
    one = document("/v1/a", "a_get", {"Thing": SMALL})
    one["paths"]["/internal/events"] = {"get": {"operationId": "events", "responses": {}}}
    one["paths"]["/v1/a"]["get"]["security"] = [{"own": []}]
    merged = merge({"profile": one})
    assert list(merged["paths"]) == ["/v1/a"]
    assert list(merged["components"]["securitySchemes"]) == ["bearer"]
    assert merged["paths"]["/v1/a"]["get"]["security"] == merged["security"] == [{"bearer": []}]


def test_the_services_own_documents_are_not_changed() -> None:
    one = document("/v1/a", "a_get", {"Thing": SMALL})
    other = document("/v1/b", "b_get", {"Thing": LARGE})
    before = copy.deepcopy((one, other))
    merge({"profile": one, "matching": other})
    assert (one, other) == before


@pytest.mark.parametrize(
    ("path", "operation", "said"), [("/v1/a", "b_get", "two services"), ("/v1/b", "a_get", "two operations")]
)
def test_services_that_contradict_each_other_are_refused(path: str, operation: str, said: str) -> None:
    documents = {
        "profile": document("/v1/a", "a_get", {"T": SMALL}),
        "matching": document(path, operation, {"T": SMALL}),
    }
    with pytest.raises(ValueError, match=said):
        merge(documents)


def test_the_committed_document_is_current_and_valid() -> None:
    assert committed() == COMMITTED.read_bytes(), "run make openapi"
    validate(orjson.loads(COMMITTED.read_bytes()))
