"""What runs leave behind, and its twin: the same question in another organization finds nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.matching.domain.engine.problem import Mode
from services.matching.domain.match_run import RunOrder, RunStatus, SnapshotGoneError, queue_run
from services.matching.domain.outcome import Snapshot
from services.matching.domain.program import create_program
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.tests.conftest import Organization, ids
from services.matching.tests.unit.test_program import COMPLETE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2999, 1, 1, tzinfo=UTC)
SNAPSHOT = Snapshot("hash", b"problem", b"solution")


def work(organization: Organization) -> MatchingUnitOfWork:
    return organization.wiring.background_work(organization.id)


async def a_program(organization: Organization) -> str:
    program_id = ids.new("prg")
    async with work(organization) as uow:
        await uow.programs.add(create_program(program_id, COMPLETE, NOW))
    return program_id


async def a_published_run(organization: Organization, program_id: str, now: datetime = NOW) -> str:
    """A run that left somebody out, priced somebody, and has a snapshot."""
    run = replace(queue_run(ids.new("run"), program_id, RunOrder(Mode.BEST_TOTAL, 1), now), status=RunStatus.PUBLISHED)
    async with work(organization) as uow:
        await uow.match_runs.add(run)
        await uow.snapshots.add(run.id, SNAPSHOT, LATER)
        await uow.snapshots.add_people(run.id, {"per_t": 7}, [f"left out by {run.id}"])
    return run.id


async def test_a_snapshot_comes_back_to_its_organization_alone(
    organization: Organization, other_organization: Organization
) -> None:
    run_id = await a_published_run(organization, await a_program(organization))
    async with work(organization) as uow:
        await uow.snapshots.require(run_id)
        assert await uow.snapshots.get(run_id) == SNAPSHOT
    async with work(other_organization) as uow:
        await uow.snapshots.discard(run_id)
        for asking in (uow.snapshots.get, uow.snapshots.require):
            with pytest.raises(SnapshotGoneError):
                await asking(run_id)
    async with work(organization) as uow:
        await uow.snapshots.discard(run_id)
        with pytest.raises(SnapshotGoneError):
            await uow.snapshots.get(run_id)


async def test_who_was_left_out_is_asked_of_the_last_published_run(
    organization: Organization, other_organization: Organization
) -> None:
    program_id = await a_program(organization)
    first = await a_published_run(organization, program_id)
    last = await a_published_run(organization, program_id, NOW + timedelta(days=1))
    async with work(other_organization) as uow:
        assert await uow.snapshots.list_left_out(program_id) == []
        await uow.snapshots.keep_last(program_id, last)
    async with work(organization) as uow:
        assert await uow.snapshots.list_left_out(program_id) == [f"left out by {last}"]
        await uow.snapshots.add_people(last, {}, ["per_more", f"left out by {last}"])
        assert sorted(await uow.snapshots.list_left_out(program_id)) == [f"left out by {last}", "per_more"]
        assert await uow.snapshots.list_left_out(await a_program(organization)) == []
        await uow.snapshots.keep_last(program_id, first)
        assert await uow.snapshots.list_left_out(program_id) == []
