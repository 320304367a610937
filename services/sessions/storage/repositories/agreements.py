"""Agreements and their signatures in the sessions schema."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.domain.agreement import Agreement, AgreementNotFoundError, AgreementStatus, Signature, Terms
from services.sessions.storage.tables import agreements, signatures


class AgreementRepository:
    """The agreements of the organization that the unit of work is open for; what is read is locked."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, agreement: Agreement) -> None:
        """Store a new version."""
        await self._connection.execute(
            insert(agreements).values(
                organization_id=self._organization_id,
                id=agreement.id,
                engagement_id=agreement.engagement_id,
                number=agreement.number,
                participants=list(agreement.participants),
                terms=asdict(agreement.terms),
                content_hash=agreement.content_hash,
                proposed_by=agreement.proposed_by,
                created_at=agreement.created_at,
                **_state(agreement),
            )
        )

    async def get(self, agreement_id: str) -> Agreement:
        """The version; `AgreementNotFoundError` if there is none."""
        found = await self._load(self._locked().where(agreements.c.id == agreement_id))
        if not found:
            raise AgreementNotFoundError
        return found[0]

    async def list_of(self, engagement_id: str) -> Sequence[Agreement]:
        """All versions of an engagement, the first one first."""
        return await self._load(self._locked().where(agreements.c.engagement_id == engagement_id))

    async def save(self, agreement: Agreement) -> None:
        """Store its new state and its signatures."""
        await self._connection.execute(
            update(agreements)
            .where(agreements.c.organization_id == self._organization_id, agreements.c.id == agreement.id)
            .values(**_state(agreement))
        )
        if agreement.signatures:
            await self._connection.execute(
                insert(signatures).on_conflict_do_nothing(),
                [
                    {
                        "organization_id": self._organization_id,
                        "agreement_id": agreement.id,
                        "person_id": signature.person_id,
                        "signed_at": signature.signed_at,
                    }
                    for signature in agreement.signatures
                ],
            )

    def _locked(self) -> Select[Any]:
        own = agreements.c.organization_id == self._organization_id
        return select(agreements).where(own).order_by(agreements.c.number).with_for_update(key_share=True)

    async def _load(self, statement: Select[Any]) -> list[Agreement]:
        rows = (await self._connection.execute(statement)).mappings().all()
        signed = await self._connection.execute(
            select(signatures)
            .where(
                signatures.c.organization_id == self._organization_id,
                signatures.c.agreement_id.in_([row["id"] for row in rows]),
            )
            .order_by(signatures.c.signed_at, signatures.c.person_id)
        )
        all_signatures = signed.mappings().all()
        return [_agreement(row, [s for s in all_signatures if s["agreement_id"] == row["id"]]) for row in rows]


def _state(agreement: Agreement) -> dict[str, Any]:
    return {"status": agreement.status, "in_force_at": agreement.in_force_at, "version": agreement.version}


def _agreement(row: RowMapping, signed: Sequence[RowMapping]) -> Agreement:
    terms = row["terms"]
    return Agreement(
        id=row["id"],
        engagement_id=row["engagement_id"],
        number=row["number"],
        participants=tuple(row["participants"]),
        terms=Terms(**{**terms, "expectations": tuple(terms["expectations"]), "measures": tuple(terms["measures"])}),
        content_hash=row["content_hash"],
        proposed_by=row["proposed_by"],
        created_at=row["created_at"],
        status=AgreementStatus(row["status"]),
        signatures=tuple(Signature(signature["person_id"], signature["signed_at"]) for signature in signed),
        in_force_at=row["in_force_at"],
        version=row["version"],
    )
