from datetime import timedelta

from sqlalchemy import MetaData, text

from kit.database import Database
from kit.idempotency import KEPT_FOR, idempotency_table, prune_answers
from kit.ids import TimeOrderedIds
from kit.testing.clock import FixedClock

INSERT = text(
    "insert into idempotency_keys (organization_id, subject, operation, key, fingerprint, created_at)"
    " values (:organization_id, 'ada', 'POST /v1/things', :key, 'f', :created_at)"
)


async def test_old_answers_of_every_organization_are_pruned_and_fresh_ones_stay(shop_database: Database) -> None:
    database = shop_database
    clock = FixedClock()
    ids = TimeOrderedIds()
    organizations = [ids.new("org"), ids.new("org")]
    for organization_id in organizations:
        async with database.transaction(organization_id) as connection:
            for key, age in (("old", KEPT_FOR + timedelta(hours=1)), ("fresh", timedelta(hours=1))):
                row = {"organization_id": organization_id, "key": key, "created_at": clock.now() - age}
                await connection.execute(INSERT, row)
    assert await prune_answers(database, clock, idempotency_table(MetaData())) >= 2
    for organization_id in organizations:
        async with database.transaction(organization_id) as connection:
            assert list(await connection.scalars(text("select key from idempotency_keys"))) == ["fresh"]
