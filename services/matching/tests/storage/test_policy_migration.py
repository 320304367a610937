"""The rules that programs had become policies, and rules again on the way back."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter

from kit.migrations.versions import ROOT
from services.matching.api.schemas.common import MatchPolicyId

STANDARD: dict[str, Any] = {
    "exclude_manager_line": True,
    "exclude_same_team": True,
    "require_shared_language": True,
    "max_time_zone_gap_hours": None,
    "min_score": 0,
}
STRICT = {**STANDARD, "min_score": 4_000, "max_time_zone_gap_hours": 3}
INSERT = """
    insert into matching.programs
        (organization_id, id, name, kind, format, group_size, objectives, competency_ids, who_may_teach, who_may_learn,
         rules, status, version, created_at, updated_at)
    values ($1, $2, $2, 'peer', 'pair', '{}', '[]', '{}', '{}', '{}', $3, 'draft', 1, now(), now())
"""
PROGRAMS = [
    ("org_a", "prg_plain", STANDARD),
    ("org_a", "prg_strict", STRICT),
    ("org_a", "prg_as_strict", STRICT),
    ("org_a", "prg_mixed", {**STANDARD, "exclude_same_team": False}),
    ("org_b", "prg_strict", STRICT),
]


@pytest.fixture
def config(empty_postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("MATCHING_MIGRATION_DATABASE_URL", empty_postgres.url("matching", "owner"))
    return Config(ROOT / "alembic.ini", ini_section="matching")


@pytest.fixture
async def connection(config: Config, empty_postgres: Any) -> AsyncIterator[asyncpg.Connection]:
    await asyncio.to_thread(command.upgrade, config, "0001")
    connected = await asyncpg.connect(empty_postgres.superuser_url)
    await connected.executemany(INSERT, [(one, program, json.dumps(rules)) for one, program, rules in PROGRAMS])
    yield connected
    await connected.close()


async def test_rules_become_policies_and_come_back(config: Config, connection: asyncpg.Connection) -> None:
    await asyncio.to_thread(command.upgrade, config, "0002")
    rows = await connection.fetch(
        """
        select program.organization_id, program.id as program_id, policy.id, stated.name, stated.rules, stated.weights
          from matching.programs program
          left join matching.match_policies policy
            on policy.organization_id = program.organization_id and policy.id = program.match_policy_id
          left join matching.match_policy_versions stated
            on stated.organization_id = policy.organization_id and stated.match_policy_id = policy.id
           and stated.version = policy.version
        """
    )
    found = {(row["organization_id"], row["program_id"]): row for row in rows}
    assert found["org_a", "prg_plain"]["id"] is None
    strict = found["org_a", "prg_strict"]
    assert json.loads(strict["rules"]) == {**STRICT, "level_band": None}
    assert sum(json.loads(strict["weights"]).values()) == 10_000
    assert strict["name"] == "Rules of prg_as_strict"
    assert found["org_a", "prg_as_strict"]["id"] == strict["id"]
    policy_ids = {row["id"] for row in rows} - {None}
    assert len(policy_ids) == 3
    assert [TypeAdapter(MatchPolicyId).validate_python(policy_id) for policy_id in policy_ids]

    await asyncio.to_thread(command.downgrade, config, "0001")
    back = await connection.fetch("select organization_id, id, rules from matching.programs")
    assert sorted((row["organization_id"], row["id"], json.loads(row["rules"])["min_score"]) for row in back) == sorted(
        (organization_id, program_id, rules["min_score"]) for organization_id, program_id, rules in PROGRAMS
    )
    assert {row["id"]: json.loads(row["rules"]) for row in back}["prg_strict"] == STRICT
    assert await connection.fetchval(
        "select relforcerowsecurity from pg_class where oid = 'matching.programs'::regclass"
    )
