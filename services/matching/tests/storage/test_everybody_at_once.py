"""What everybody has just been written into is read once: Postgres has no statistics of it, and takes it for empty."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import text

from kit.identity import Principal
from services.matching.domain.capacity import Seat
from services.matching.domain.drafting import Draft, Frame, draft_by_hand
from services.matching.domain.engine.points import Conditions
from services.matching.domain.engine.problem import Mode
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.match_run import RunOrder
from services.matching.domain.proposal import ProposalStatus, Source, Track
from services.matching.queries.radar import get_radar
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.tests.builders import a_learner, a_teacher
from services.matching.tests.conftest import Organization, ids
from services.matching.tests.storage.test_policies_and_choices import Chooser, choosers
from services.matching.use_cases.entrants import list_free_places, read_round

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = 300
READ_FOR_EACH = 20
"""Rows, in all tables together. Each for each would be three hundred."""
_READ = text("select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables")
_LOOKED_UP = text("select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) from pg_stat_xact_user_tables")


async def rows_read(uow: MatchingUnitOfWork) -> int:
    """In this transaction so far."""
    return int(await uow.connection.scalar(_READ))


async def a_full_program(organization: Organization) -> str:
    """A program in which everybody would choose somebody, and has an open proposal."""
    made = await choosers(organization, *[(*Role,)] * PEOPLE)
    program_id = made[0].part.program_id
    async with organization.wiring.background_work(organization.id) as uow:
        for one, next_one in pairwise(made):
            await uow.choices.save(one.saying(teachers=(next_one.person_id,)))
        await uow.new_proposals.add(
            [draft_of(program_id, pair) for pair in zip(made[::2], made[1::2], strict=True)],
            NOW,
            expires_at=NOW + timedelta(days=1),
        )
    return program_id


def draft_of(program_id: str, pair: Sequence[Chooser]) -> Draft:
    teacher, learner = sorted(one.person_id for one in pair)
    people = {one.id: one for one in (a_teacher(teacher), a_learner(learner))}
    frame = Frame(program_id, None, Kind.MENTORING, ids.new, {}, Source.ADMIN, ProposalStatus.OFFERED)
    return draft_by_hand((Track(ids.new("trk"), teacher, learner, "cmp_1", "Python"),), people, frame, Conditions())


async def test_a_round_is_read_once(organization: Organization) -> None:
    program_id = await a_full_program(organization)
    async with organization.wiring.background_work(organization.id, snapshot=True) as uow:
        await uow.take_time()
        program = await uow.programs.get(program_id)
        before = await rows_read(uow)
        found = await read_round(uow, program, RunOrder(Mode.BEST_TOTAL, 1), NOW)
        assert found.problem.roster.size == PEOPLE // 2, "the others have a learner already"
        assert await rows_read(uow) - before < READ_FOR_EACH * PEOPLE
        before = await rows_read(uow)
        assert await list_free_places(uow, program, NOW)
        assert await rows_read(uow) - before < READ_FOR_EACH * PEOPLE


async def test_the_radar_of_a_program_is_read_once(organization: Organization) -> None:
    program_id = await a_full_program(organization)
    coordinator = Principal("usr_1", organization.id, roles=frozenset({"coordinator"}))
    async with organization.wiring.database.read(coordinator) as db:
        await get_radar(db, None, program_id, NOW.date())
        (read,) = await db.rows(f"{_READ} where $1::text is not null")
    assert int(read[0]) < READ_FOR_EACH * PEOPLE


async def test_open_proposals_of_a_few_are_not_looked_up_one_by_one(organization: Organization) -> None:
    await a_full_program(organization)
    async with organization.wiring.background_work(organization.id) as uow:
        few = sorted(await uow.connection.scalars(text("select person_id from proposal_participants")))[:2]
        before = await uow.connection.scalar(_LOOKED_UP)
        await uow.proposals.lock_open(few)
        await uow.proposals.list_open_groups(few)
        await uow.proposals.supersede([Seat(person_id, role) for person_id in few for role in Role], NOW)
        await uow.proposal_batches.withdraw_of_people(few, NOW)
        assert await uow.connection.scalar(_LOOKED_UP) - before < PEOPLE / 10
