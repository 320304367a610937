
from services.sessions.tests.conftest import Organization


async def test_an_accepted_proposal_becomes_an_engagement_that_forms(organization: Organization) -> None:
    pair = await organization.pair()
    engagement = pair.engagement
    assert engagement["status"] == "forming"
    assert engagement["kind"] == "mentoring"
    assert engagement["program_name"] == "Executives learn technology"
    assert engagement["proposal_id"] == pair.proposal_id
    assert engagement["participants"] == sorted(
        [
            {"person_id": pair.junior_id, "roles": ["teacher"]},
            {"person_id": pair.executive_id, "roles": ["learner"]},
        ],
        key=lambda participant: str(participant["person_id"]),
    )
    (track,) = engagement["tracks"]
    assert track["direction"] == "upward"
    assert track["competency_id"] == pair.competency_id
    (agreement,) = engagement["agreements"]
    assert (agreement["number"], agreement["status"], agreement["signed_by"]) == (1, "proposed", [])
