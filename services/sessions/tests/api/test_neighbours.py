import asyncio
from datetime import timedelta

from sqlalchemy import text

from kit.clock import SystemClock
from kit.testing.api import ok, problem
from kit.testing.clock import FixedClock
from services.sessions.tests.bodies import meeting_body
from services.sessions.tests.conftest import Organization, Pair, ids


async def told(organization: Organization) -> list[tuple[str, dict[str, str]]]:
    """The events that this service tells about the organization."""
    async with organization.wiring.database.transaction(organization.id) as connection:
        rows = await connection.execute(text("select type, data from outbox order by sequence"))
        return [(row.type, row.data) for row in rows]


def ended(pair: Pair, status: str) -> tuple[str, dict[str, str]]:
    data = {"engagement_id": pair.id, "proposal_id": pair.proposal_id, "status": status}
    return "engagement.ended", data


async def test_the_end_is_told_once(organization: Organization) -> None:
    pair = await organization.active_pair()
    assert await told(organization) == []
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}))
    problem(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}), 409, "engagement-ended")
    assert await told(organization) == [ended(pair, "completed")]


async def test_two_who_end_it_at_the_same_moment_end_it_once(organization: Organization) -> None:
    pairs = [await organization.active_pair() for _ in range(3)]
    for pair in pairs:
        path, body = f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}
        answers = await asyncio.gather(*(caller.post(path, body) for caller in pair.people))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await told(organization) == [ended(pair, "completed") for pair in pairs]


async def test_no_meeting_is_planned_past_the_end(organization: Organization) -> None:
    for _ in range(3):
        pair = await organization.active_pair()
        meetings = f"/v1/engagements/{pair.id}/mentoring-sessions"
        planned, _ended = await asyncio.gather(
            pair.junior.post(meetings, meeting_body(24)),
            pair.executive.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}),
        )
        assert planned.status_code in {201, 409}
        assert ok(await pair.junior.get(meetings, status="scheduled"))["items"] == []


async def test_a_repeated_acceptance_changes_nothing(organization: Organization) -> None:
    pair = await organization.active_pair()
    before = await pair.get()
    for _ in range(2):
        await organization.hear("proposal.accepted", pair.proposal_id, {**pair.proposal(), "kind": "coaching"})
    assert ok(await pair.junior.get("/v1/engagements"))["items"] == [before]


async def test_who_leaves_ends_their_engagements_without_a_word_to_partners(organization: Organization) -> None:
    pair, other = await organization.active_pair(), await organization.active_pair()
    future, past = await pair.meeting(24), await pair.meeting(-1)
    await organization.hear("person.deactivated", pair.executive_id)
    engagement = await pair.get()
    assert (engagement["status"], engagement["end_reason"]) == ("ended_early", None)
    assert pair.executive_id not in str({**engagement, "participants": [], "tracks": [], "agreements": []})
    assert ok(await pair.junior.get(f"/v1/mentoring-sessions/{future['id']}"))["status"] == "cancelled"
    assert ok(await pair.junior.get(f"/v1/mentoring-sessions/{past['id']}"))["status"] == "scheduled"
    assert (await other.get())["status"] == "active"
    assert await told(organization) == [ended(pair, "ended_early")]


async def test_a_partner_cannot_tell_an_absence_from_an_early_end(organization: Organization) -> None:
    left, deactivated = await organization.active_pair(), await organization.active_pair()
    body = {"outcome": "ended_early", "reason": "Another job"}
    ok(await left.executive.post(f"/v1/engagements/{left.id}:end", body))
    await organization.hear("person.deactivated", deactivated.executive_id)
    varying = {"id", "proposal_id", "participants", "tracks", "agreements"}
    seen = [
        {name: value for name, value in (await pair.get()).items() if name not in varying and not name.endswith("_at")}
        for pair in (left, deactivated)
    ]
    assert seen[0] == seen[1]


async def test_a_repeated_departure_changes_nothing(organization: Organization) -> None:
    pair = await organization.active_pair()
    await organization.hear("person.deactivated", pair.executive_id)
    before = await pair.get()
    await organization.hear("person.deactivated", pair.executive_id)
    assert await pair.get() == before
    assert len(await told(organization)) == 1


async def test_what_ended_before_is_left_alone(organization: Organization) -> None:
    pair = await organization.active_pair()
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}))
    await organization.hear("person.deactivated", pair.junior_id)
    assert (await pair.get())["status"] == "completed"
    assert await told(organization) == [ended(pair, "completed")]


async def test_an_acceptance_that_comes_after_the_departure_ends_at_once(organization: Organization) -> None:
    pair = Pair(organization)
    await organization.hear("person.deactivated", pair.executive_id)
    await organization.hear("proposal.accepted", pair.proposal_id, pair.proposal())
    (engagement,) = ok(await pair.junior.get("/v1/engagements"))["items"]
    pair.id = engagement["id"]
    assert engagement["status"] == "ended_early"
    assert await told(organization) == [ended(pair, "ended_early")]


async def test_who_comes_back_takes_part_in_what_is_new(organization: Organization) -> None:
    gone = await organization.active_pair()
    await organization.hear("person.deactivated", gone.executive_id)
    await organization.hear("person.reactivated", gone.executive_id)
    assert (await gone.get())["status"] == "ended_early"
    proposal_id = ids.new("pro")
    await organization.hear("proposal.accepted", proposal_id, {**gone.proposal(), "proposal_id": proposal_id})
    newest = ok(await gone.executive.get("/v1/engagements"))["items"][0]
    assert (newest["proposal_id"], newest["status"]) == (proposal_id, "forming")


async def test_other_organizations_are_not_touched(
    organization: Organization, other_organization: Organization
) -> None:
    pair = await organization.active_pair()
    await other_organization.hear("person.deactivated", pair.executive_id)
    await other_organization.hear("program.changed", organization.program_id, {"name": "Stolen", "kind": "peer"})
    engagement = await pair.get()
    assert (engagement["status"], engagement["program_name"]) == ("active", "Executives learn technology")


async def test_a_program_is_called_by_its_present_name(organization: Organization) -> None:
    pair = await organization.pair()
    await organization.hear(
        "program.changed", organization.program_id, {"name": "Boards learn AI", "kind": "mentoring"}
    )
    assert (await pair.get())["program_name"] == "Boards learn AI"


async def test_what_nobody_finishes_signing_lapses(organization: Organization) -> None:
    await organization.hear("organization.changed", organization.id, {"name": "Ours", "min_group_size": 5})
    now = SystemClock().now()
    overdue = await organization.pair(clock=FixedClock(now - timedelta(days=31)))
    signed = await organization.pair(clock=FixedClock(now - timedelta(days=31)))
    await signed.sign()
    recent = await organization.pair(clock=FixedClock(now - timedelta(days=29)))
    await organization.wiring.lapse_overdue()
    await organization.wiring.lapse_overdue()
    assert [(await pair.get())["status"] for pair in (overdue, signed, recent)] == ["lapsed", "active", "forming"]
    assert await told(organization) == [ended(overdue, "lapsed")]
