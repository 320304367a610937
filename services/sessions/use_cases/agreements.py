"""Propose and sign agreements."""

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.sessions.domain import agreement as rules
from services.sessions.domain.agreement import Agreement, AgreementNotFoundError, AgreementStatus, Terms
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.ports import UnitOfWork


async def propose(
    uow: UnitOfWork, caller: Principal, engagement_id: str, terms: Terms, ids: Ids, clock: Clock
) -> Answer:
    """Put new terms forward; what is in force stays so until everybody signed the new version."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        person_id = require_part(engagement, caller)
        engagement.require_not_ended()
        versions = await uow.agreements.list_of(engagement_id)
        for version in versions:
            if version.status is AgreementStatus.PROPOSED:
                await uow.agreements.save(version.supersede())
        agreement = rules.propose(
            agreement_id=ids.new("agr"),
            engagement_id=engagement_id,
            number=len(versions) + 1,
            participants=engagement.person_ids,
            terms=terms,
            proposed_by=person_id,
            now=clock.now(),
        )
        await uow.agreements.add(agreement)
        await uow.engagements.save(engagement.touch(agreement.created_at))
        return await uow.answer(agreement.id, status=201, location=f"/v1/agreements/{agreement.id}")


async def sign(uow: UnitOfWork, caller: Principal, agreement_id: str, content_hash: str, clock: Clock) -> Answer:
    """Sign a version; the last signature puts it in force and lets the engagement begin."""
    now = clock.now()
    async with uow:
        engagement = await uow.engagements.get_of_agreement(agreement_id)
        person_id = require_part(engagement, caller, AgreementNotFoundError)
        engagement.require_not_ended()
        agreement = await uow.agreements.get(agreement_id)
        signed = agreement.sign(person_id, content_hash, now)
        if signed is not agreement:
            in_force = signed.status is AgreementStatus.IN_FORCE
            if in_force:
                await _replace_in_force(uow, signed)
            await uow.agreements.save(signed)
            await uow.engagements.save(engagement.activate(signed, now) if in_force else engagement.touch(now))
        return await uow.answer(agreement_id)


async def _replace_in_force(uow: UnitOfWork, signed: Agreement) -> None:
    for version in await uow.agreements.list_of(signed.engagement_id):
        if version.status is AgreementStatus.IN_FORCE:
            await uow.agreements.save(version.supersede())
