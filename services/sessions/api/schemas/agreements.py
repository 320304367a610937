"""Bodies of the agreements' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer, text
from services.sessions.api.schemas.common import AgreementId, EngagementId, PersonId
from services.sessions.domain.agreement import AgreementStatus, Terms

ContentHash = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{64}$",
        max_length=64,
        description="SHA-256 over the canonical JSON of engagement_id, number, participants and terms.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Sentences = Annotated[
    list[Annotated[str, *text(500)]],
    Field(min_length=1, max_length=20, examples=[["Both say what they learned, the teacher too."]]),
]


class TermsBody(Input):
    """What the participants agree on."""

    expectations: Sentences
    length_weeks: Annotated[int, integer(1, 156, examples=[26])]
    cadence_days: Annotated[int, integer(1, 180, description="Days from meeting to meeting.", examples=[14])]
    session_minutes: Annotated[int, integer(5, 480, examples=[60])]
    confidentiality: Annotated[str, *text(2000, examples=["What is said here stays between us."])]
    disagreement: Annotated[str, *text(2000, examples=["Everybody may push back, whatever anybody's position."])]
    measures: Sentences

    def terms(self) -> Terms:
        """The values, as the rules know them."""
        values = self.model_dump()
        return Terms(**{**values, "expectations": tuple(self.expectations), "measures": tuple(self.measures)})


class AgreementIn(Input):
    """A new version of the agreement."""

    terms: TermsBody


class SignatureIn(Input):
    """A signature under the content that the signer read."""

    content_hash: ContentHash


class SignatureOut(Output):
    """A participant's word."""

    person_id: PersonId
    signed_at: UtcDatetime


class AgreementOut(Output):
    """One version of an agreement."""

    id: AgreementId
    engagement_id: EngagementId
    number: int
    status: AgreementStatus
    terms: TermsBody
    content_hash: ContentHash
    participants: Annotated[list[PersonId], Field(description="Everybody who must sign.")]
    signatures: list[SignatureOut]
    proposed_by: Annotated[PersonId | None, Field(description="Null where it was drafted from the kind's contract.")]
    version: Version
    created_at: UtcDatetime
    in_force_at: UtcDatetime | None


class AgreementsPage(Output):
    """A page of versions."""

    items: list[AgreementOut]
    next_cursor: NextCursor
