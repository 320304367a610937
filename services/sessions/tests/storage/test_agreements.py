import pytest

from services.sessions.domain.agreement import AgreementNotFoundError, propose, terms_from
from services.sessions.domain.kinds import Kind, contract_of
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, formed, signed_by
from services.sessions.tests.storage.conftest import Home


async def test_an_agreement_comes_back_with_its_signatures(home: Home) -> None:
    engagement, agreement = formed()
    async with home() as db:
        await db.engagements.add(engagement)
        await db.agreements.add(agreement)
    signed = signed_by(agreement, JUNIOR)
    async with home() as db:
        assert await db.agreements.get(agreement.id) == agreement
        await db.agreements.save(signed)
    both = signed_by(signed, EXECUTIVE)
    async with home() as db:
        assert await db.agreements.get(agreement.id) == signed
        await db.agreements.save(both)
    async with home() as db:
        stored = await db.agreements.get(agreement.id)
    assert stored.is_signed_by(engagement.person_ids)
    assert stored.in_force_at == NOW


async def test_an_agreement_is_not_there_elsewhere(home: Home, elsewhere: Home) -> None:
    engagement, agreement = formed()
    async with home() as db:
        await db.engagements.add(engagement)
        await db.agreements.add(agreement)
    async with elsewhere() as db:
        with pytest.raises(AgreementNotFoundError):
            await db.agreements.get(agreement.id)
        assert await db.agreements.list_of(engagement.id) == []


async def test_a_signature_counts_in_its_own_organization_only(home: Home, elsewhere: Home) -> None:
    engagement, agreement = formed()
    for organization in (home, elsewhere):
        async with organization() as db:
            await db.engagements.add(engagement)
            await db.agreements.add(agreement)
    async with home() as db:
        await db.agreements.save(signed_by(agreement, JUNIOR, EXECUTIVE))
    async with elsewhere() as db:
        assert await db.agreements.get(agreement.id) == agreement


async def test_versions_come_in_order(home: Home) -> None:
    engagement, first = formed()
    second = propose(
        agreement_id="agr_0",
        engagement_id=engagement.id,
        number=2,
        participants=engagement.person_ids,
        terms=terms_from(contract_of(Kind.COACHING)),
        proposed_by=JUNIOR,
        now=NOW,
    )
    async with home() as db:
        await db.engagements.add(engagement)
        await db.agreements.add(second)
        await db.agreements.add(first)
        assert await db.agreements.list_of(engagement.id) == [first, second]
