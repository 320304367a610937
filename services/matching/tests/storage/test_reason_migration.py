"""What was explained in sentences becomes reasons whose points are the same, and explanations again on the way back."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from kit.migrations.versions import ROOT
from services.matching.domain.explanation import explain
from services.matching.domain.explanation_reader import ShownTrack
from services.matching.domain.reasons import restored

PARTS = {"fit": 2_000, "breadth": 500, "fit_back": 1_500, "breadth_back": 250, "availability": 900, "time_zone": 800}
EXPLANATION = {
    "contributions": [{"code": code, "points": points, "text": "…"} for code, points in PARTS.items()],
    "value": "…",
    "time_cost": "…",
}
INSERT = """
    insert into matching.programs
        (organization_id, id, name, kind, format, group_size, objectives, competency_ids, who_may_teach, who_may_learn,
         rules, status, version, created_at, updated_at)
    values ('org_a', 'prg_1', '', 'peer', 'pair', '{}', '[]', '{}', '{}', '{}', '{}', 'open', 1, now(), now());
    insert into matching.proposals
        (organization_id, id, program_id, kind, source, status, score, tracks, explanation, version, created_at,
         updated_at)
    values ('org_a', 'pro_told', 'prg_1', 'peer', 'run', 'offered', 5950, '[]', '%(told)s', 1, now(), now()),
           ('org_a', 'pro_mute', 'prg_1', 'peer', 'run', 'offered', 0, '[]', '%(mute)s', 1, now(), now());
    insert into matching.proposal_participants (organization_id, proposal_id, person_id, roles, decision, explanation)
    values ('org_a', 'pro_told', 'per_1', '{learner}', 'pending', '%(told)s');
"""


@pytest.fixture
def config(empty_postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("MATCHING_MIGRATION_DATABASE_URL", empty_postgres.url("matching", "owner"))
    return Config(ROOT / "alembic.ini", ini_section="matching")


@pytest.fixture
async def connection(config: Config, empty_postgres: Any) -> AsyncIterator[asyncpg.Connection]:
    await asyncio.to_thread(command.upgrade, config, "0001")
    connected = await asyncpg.connect(empty_postgres.superuser_url)
    mute = {**EXPLANATION, "contributions": []}
    await connected.execute(INSERT % {"told": json.dumps(EXPLANATION), "mute": json.dumps(mute)})
    await asyncio.to_thread(command.upgrade, config, "0004")
    yield connected
    await connected.close()


async def test_what_was_told_becomes_reasons_and_comes_back(config: Config, connection: asyncpg.Connection) -> None:
    rows = await connection.fetch("select id, reasons from matching.proposals")
    found = {row["id"]: row["reasons"] for row in rows}
    assert json.loads(found["pro_mute"]) == []
    reasons = restored(json.loads(found["pro_told"]))
    assert {(reason.code, reason.facts.get("track", 0)): reason.points for reason in reasons} == {
        ("fit", 0): 2_500,
        ("fit", 1): 1_750,
        ("availability", 0): 900,
        ("time_zone", 0): 800,
    }
    tracks = [ShownTrack("per_1", "per_2", "cmp_1", "Python"), ShownTrack("per_2", "per_1", "cmp_2", "Sales")]
    for reader in ("per_1", "per_2", None):
        explanation = explain("peer", tracks, reasons, reader, "en")
        assert sum(part.points for part in explanation.contributions) == sum(PARTS.values())

    await asyncio.to_thread(command.downgrade, config, "0003")
    for table in ("proposals", "proposal_participants"):
        (told,) = await connection.fetch(
            f"select explanation from matching.{table} where explanation -> 'contributions' <> '[]'"
        )
        assert sum(part["points"] for part in json.loads(told["explanation"])["contributions"]) == sum(PARTS.values())
        assert await connection.fetchval(
            "select relforcerowsecurity from pg_class where oid = $1::text::regclass", f"matching.{table}"
        )
