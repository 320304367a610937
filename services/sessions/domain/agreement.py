"""Agreements: versioned terms that are in force only when every participant signed the very same content.

proposed ── all signed ──> in_force ── a later version is in force ──> superseded
    └── a later version is proposed ──> superseded
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from kit.errors import ConflictError, ForbiddenError, NotFoundError
from services.sessions.domain.kinds import Contract


class AgreementStatus(StrEnum):
    """Where a version of the agreement is in its life."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class AgreementNotFoundError(NotFoundError):
    """There is no such agreement here, or the caller has no part in it."""

    code = "agreement-not-found"
    title = "The agreement does not exist"


class AgreementChangedError(ConflictError):
    """What the signer read is not what this version says."""

    code = "agreement-changed"
    title = "The signed content is not this agreement's"


class AgreementSupersededError(ConflictError):
    """A later version has taken its place."""

    code = "agreement-superseded"
    title = "A later version has taken its place"


class SignerRequiredError(ForbiddenError):
    """Only the people named in the agreement sign it."""

    code = "participant-required"
    title = "Only participants may do this"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the participants agree on."""

    expectations: tuple[str, ...]
    length_weeks: int
    cadence_days: int
    session_minutes: int
    confidentiality: str
    disagreement: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A participant's word for one version."""

    person_id: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the terms, with the people who must sign it and those who did."""

    id: str
    engagement_id: str
    number: int
    participants: tuple[str, ...]
    terms: Terms
    content_hash: str
    proposed_by: str | None
    created_at: datetime
    status: AgreementStatus = AgreementStatus.PROPOSED
    signatures: tuple[Signature, ...] = ()
    in_force_at: datetime | None = None
    version: int = 1

    def is_signed_by(self, person_ids: Iterable[str]) -> bool:
        """Whether exactly these people are its participants and each of them signed."""
        signers = {signature.person_id for signature in self.signatures}
        return signers == set(person_ids) == set(self.participants)

    def sign(self, person_id: str, content_hash: str, now: datetime) -> "Agreement":
        """Add a participant's signature under the content that they read; signing again changes nothing."""
        if person_id not in self.participants:
            raise SignerRequiredError("Only the people named in this agreement may sign it.")
        if self.status is AgreementStatus.SUPERSEDED:
            raise AgreementSupersededError("Read and sign the latest version.")
        if content_hash != self.content_hash:
            raise AgreementChangedError("The content hash is not that of this version. Read it again.")
        if any(signature.person_id == person_id for signature in self.signatures):
            return self
        signatures = (*self.signatures, Signature(person_id, now))
        signed = replace(self, signatures=signatures, version=self.version + 1)
        if signed.is_signed_by(self.participants):
            return replace(signed, status=AgreementStatus.IN_FORCE, in_force_at=now)
        return signed

    def supersede(self) -> "Agreement":
        """Step back for a later version."""
        return replace(self, status=AgreementStatus.SUPERSEDED, version=self.version + 1)


def terms_from(contract: Contract) -> Terms:
    """The terms that a kind's contract starts from."""
    return Terms(
        expectations=contract.expectations,
        length_weeks=contract.length_weeks,
        cadence_days=contract.cadence_days,
        session_minutes=contract.session_minutes,
        confidentiality=contract.confidentiality,
        disagreement=contract.disagreement,
        measures=contract.measures,
    )


def propose(
    *,
    agreement_id: str,
    engagement_id: str,
    number: int,
    participants: Iterable[str],
    terms: Terms,
    proposed_by: str | None,
    now: datetime,
) -> Agreement:
    """A new version that nobody has signed yet, its proposer included."""
    people = tuple(sorted(participants))
    return Agreement(
        id=agreement_id,
        engagement_id=engagement_id,
        number=number,
        participants=people,
        terms=terms,
        content_hash=content_hash(engagement_id, number, people, terms),
        proposed_by=proposed_by,
        created_at=now,
    )


def content_hash(engagement_id: str, number: int, participants: Iterable[str], terms: Terms) -> str:
    """SHA-256 over the canonical JSON of everything that a signature stands for."""
    content = {
        "engagement_id": engagement_id,
        "number": number,
        "participants": sorted(participants),
        "terms": asdict(terms),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
