"""Schemathesis over every committed document: no failure, no answer that the document does not know."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.local.state import LocalState
from kit.http_client import raw_client
from kit.ids import TimeOrderedIds
from tests.system import RunningSystem

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROLES = ("member", "coordinator", "org_admin", "integration")


async def fuzz(document: Path, url: str, *options: str, environment: Mapping[str, str] | None = None) -> str:
    """Run Schemathesis over a document; its output. The test fails if it finds anything."""
    command = (
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"),
        "run", str(document), "--url", url, "--phases", "examples,coverage,fuzzing,stateful", "--checks", "all",
        "--max-examples", os.environ.get("FUZZ_EXAMPLES", "1"), "--seed", os.environ.get("FUZZ_SEED", "1"),
        "--generation-database", "none", *options,
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **(environment or {}), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = (await process.communicate())[0].decode()
    assert process.returncode == 0, output[-20_000:]
    return output


async def somebody(system: RunningSystem) -> dict[str, Any]:
    """A person with every role of an organization."""
    organization_id = await system.new_organization("Fuzz", "esco_ict")
    admin = await system.coordinator(organization_id)
    body = {"external_id": TimeOrderedIds().new("x"), "given_name": "Ada", "family_name": "Fuzz"}
    person = await admin.post("/v1/people", body)
    return {"organization_id": organization_id, "person_id": person["id"], "roles": list(ROLES)}


@pytest.mark.parametrize("service", ["profile", "matching", "sessions"])
async def test_a_service_keeps_to_its_document(system: RunningSystem, service: str) -> None:
    caller = {
        **await somebody(system),
        "audience": service,
        "key": LocalState(system.directory).private_key("gateway"),
    }
    environment = {"SCHEMATHESIS_HOOKS": "tests.fuzz.internal_token", "FUZZ_CALLER": json.dumps(caller)}
    document = ROOT / "services" / service / "openapi.json"
    # What is valid comes to each service through the gateway, in the run below: here it is asked what is refused.
    mode = os.environ.get("FUZZ_MODE", "negative")
    await fuzz(document, system.system.ports.url(service), "--mode", mode, environment=environment)


async def test_the_gateway_keeps_to_the_merged_document(system: RunningSystem) -> None:
    whom = await somebody(system)
    caller = await system.gateway.caller(whom["organization_id"], *ROLES[1:], person_id=whom["person_id"])
    header = f"Authorization: Bearer {caller.token}"
    mode = os.environ.get("FUZZ_MODE", "positive")
    await fuzz(ROOT / "gateway" / "openapi.json", system.system.url, "--header", header, "--mode", mode)


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
async def test_no_operation_is_open_to_a_wrong_token(system: RunningSystem, token: str) -> None:
    document = json.loads((ROOT / "gateway" / "openapi.json").read_text(encoding="utf-8"))
    operations = [
        (method, path) for path, item in document["paths"].items() for method in item if path.startswith("/v1")
    ]
    assert len(operations) > 50
    async with raw_client(system.system.url, headers={"Authorization": f"Bearer {token}"}) as client:
        for method, path in operations:
            answer = await client.request(method.upper(), re.sub(r"\{[^}]+\}", "x", path))
            assert (answer.status_code, answer.json()["code"]) == (401, "invalid-token"), (method, path)
