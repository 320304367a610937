"""The worker's part in tests: the jobs of one organization that are due at a moment, done at that moment."""

from datetime import datetime, timedelta

import orjson
from sqlalchemy import text

from kit.clock import SystemClock
from kit.jobs import Job
from kit.testing.clock import FixedClock
from services.matching.tests.conftest import Organization
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, MOVE_REQUESTS_ON
from services.matching.use_cases.proposals import ExpireProposals
from services.matching.use_cases.requests import MoveRequestsOn

_TAKE = text(
    """
    delete from pgqueuer
     where entrypoint = any(:names) and execute_after <= :now
       and convert_from(payload, 'UTF8')::jsonb ->> 'organization_id' = :organization_id
    returning id, entrypoint, payload
    """
)


async def forget_jobs(organization: Organization) -> None:
    """Empty the queue of what tests before this one have asked for, so that a worker comes to this one's job."""
    async with organization.wiring.database.transaction(None) as connection:
        await connection.execute(text("delete from pgqueuer"))


async def work(organization: Organization, **later: float) -> int:
    """Do what is due so much later (days, minutes, …), and what comes of it; says how many jobs there were."""
    moment = SystemClock().now() + timedelta(**later)
    done = 0
    while jobs := await _take(organization, moment):
        for job in jobs:
            await _handler(organization, job.name, moment).run(job)
        done += len(jobs)
    return done


async def _take(organization: Organization, moment: datetime) -> list[Job]:
    names = [EXPIRE_PROPOSALS, MOVE_REQUESTS_ON]
    async with organization.wiring.database.transaction(None) as connection:
        taken = await connection.execute(_TAKE, {"names": names, "now": moment, "organization_id": organization.id})
        rows = sorted(taken)
    return [Job(row.entrypoint, organization.id, orjson.loads(row.payload)["payload"], 1) for row in rows]


def _handler(organization: Organization, name: str, moment: datetime) -> ExpireProposals | MoveRequestsOn:
    wiring, clock = organization.wiring, FixedClock(moment)
    if name == EXPIRE_PROPOSALS:
        return ExpireProposals(wiring.background_work, clock)
    return MoveRequestsOn(wiring.background_work, wiring.ids, clock)
