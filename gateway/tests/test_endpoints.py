"""What the gateway itself answers: probes, the document, the reference page."""

import re

import httpx
import orjson
import pytest

from gateway.catalogue import Catalogue
from gateway.openapi import COMMITTED
from gateway.reference_page import FILES
from gateway.tests.conftest import calling, running_gateway
from gateway.tests.servers import unused_address
from gateway.tests.stub import Stub
from gateway.tests.test_openapi import SMALL, document
from kit.errors import UnavailableError
from kit.http_client import raw_client


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_probes_speak_of_the_gateway_alone(path: str) -> None:
    async with running_gateway(unused_address()) as gateway, raw_client(gateway) as client:
        response = await client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_the_document_is_there_from_the_start_and_revalidates(client: httpx.AsyncClient) -> None:
    response = await client.get("/openapi.json")
    assert response.content == COMMITTED.read_bytes()
    assert response.headers["cache-control"] == "no-cache"
    again = await client.get("/openapi.json", headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head("/openapi.json")
    assert head.headers["content-length"] == str(len(response.content))


async def test_the_document_follows_the_services_that_run() -> None:
    served = {
        service: document(f"/v1/{service}", f"{service}_get", {"Thing": SMALL})
        for service in ("profile", "matching", "sessions")
    }

    async def fetch(service: str) -> dict[str, object]:
        if service not in served:
            raise UnavailableError("away")
        return served[service]

    catalogue = Catalogue(fetch)
    shipped = catalogue.document
    away = served.pop("sessions")
    assert not await catalogue.refresh()
    assert catalogue.document is shipped
    served["sessions"] = away
    assert await catalogue.refresh()
    assert list(orjson.loads(catalogue.document.body)["paths"]) == ["/v1/profile", "/v1/matching", "/v1/sessions"]
    assert catalogue.document.etag != shipped.etag
    served["sessions"] = served["profile"]
    merged = catalogue.document
    assert not await catalogue.refresh(), "documents that contradict each other do not replace good ones"
    assert catalogue.document is merged


async def test_the_reference_page_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none';" in policy
    assert "http" not in policy
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 5
    for address in loaded:
        assert address.startswith("/")
        assert (await client.get(address)).status_code == 200
    assert "<script>" not in page.text


async def test_the_scripts_are_served_whole_and_typed(client: httpx.AsyncClient) -> None:
    for name, media_type in (("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css")):
        response = await client.get(f"/docs/{name}")
        assert response.content == (FILES / name).read_bytes()
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["..%2Fmain.py", "%2e%2e/main.py", "main.py", "LICENSE.txt", "nothing.js", ".js", "é.js"]
)
async def test_no_other_file_is_served(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/docs/{name}")
    assert (response.status_code, response.json()["code"]) == (404, "not-found")


async def test_the_root_leads_to_the_reference(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/docs"


async def test_a_wrong_method_is_told_the_right_one(client: httpx.AsyncClient) -> None:
    response = await client.post("/openapi.json")
    assert (response.status_code, response.json()["code"]) == (405, "method-not-allowed")
    assert response.headers["allow"] == "GET, HEAD"


async def test_own_endpoints_keep_to_the_limits_too(stub: Stub, services: str) -> None:
    async with running_gateway(services) as gateway, calling(gateway) as client:
        response = await client.post("/dev/token", content=b'{"subject": "' + b"x" * 20_000 + b'"}')
        assert response.status_code == 413
        assert response.headers["content-type"] == "application/problem+json"
