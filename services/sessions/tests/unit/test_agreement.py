import json
from dataclasses import asdict, replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sessions.domain.agreement import (
    AgreementChangedError,
    AgreementStatus,
    AgreementSupersededError,
    SignerRequiredError,
    content_hash,
)
from services.sessions.tests.builders import COLLEAGUE, EXECUTIVE, JUNIOR, NOW, formed, signed_by


def test_it_is_in_force_when_the_last_participant_signs() -> None:
    _, agreement = formed()
    once = signed_by(agreement, JUNIOR)
    assert once.status is AgreementStatus.PROPOSED
    twice = signed_by(once, EXECUTIVE)
    assert twice.status is AgreementStatus.IN_FORCE
    assert twice.in_force_at == NOW


def test_nobody_signs_for_somebody_else_by_signing_twice() -> None:
    _, agreement = formed()
    assert signed_by(agreement, JUNIOR, JUNIOR) == signed_by(agreement, JUNIOR)


def test_a_signature_under_other_content_is_refused() -> None:
    _, agreement = formed()
    with pytest.raises(AgreementChangedError):
        agreement.sign(JUNIOR, "0" * 64, NOW)


def test_a_stranger_cannot_sign() -> None:
    _, agreement = formed()
    with pytest.raises(SignerRequiredError):
        signed_by(agreement, COLLEAGUE)


def test_a_superseded_version_cannot_be_signed() -> None:
    _, agreement = formed()
    with pytest.raises(AgreementSupersededError):
        signed_by(agreement.supersede(), JUNIOR)


def test_the_hash_is_that_of_the_canonical_json() -> None:
    _, agreement = formed()
    content = {
        "terms": asdict(agreement.terms),
        "participants": sorted([JUNIOR, EXECUTIVE]),
        "number": 1,
        "engagement_id": agreement.engagement_id,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert agreement.content_hash == sha256(canonical.encode()).hexdigest()


@given(text=st.text(max_size=40), weeks=st.integers(1, 156), number=st.integers(1, 9))
def test_the_hash_changes_with_everything_that_is_signed(text: str, weeks: int, number: int) -> None:
    _, agreement = formed()
    terms = replace(agreement.terms, confidentiality=text, length_weeks=weeks)
    same_content = number == 1 and terms == agreement.terms
    changed = content_hash(agreement.engagement_id, number, agreement.participants, terms)
    assert (changed == agreement.content_hash) == same_content


def test_the_order_of_the_participants_does_not_change_the_hash() -> None:
    _, agreement = formed()
    turned = content_hash(agreement.engagement_id, 1, reversed(agreement.participants), agreement.terms)
    assert turned == agreement.content_hash
