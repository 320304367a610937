from dataclasses import asdict

import pytest

from services.sessions.domain.agreement import terms_from
from services.sessions.domain.kinds import Kind, contract_of


def test_each_kind_has_its_own_contract() -> None:
    contracts = [contract_of(kind) for kind in Kind]
    assert len({contract.expectations for contract in contracts}) == len(Kind)
    assert contract_of(Kind.COACHING).length_weeks < contract_of(Kind.MENTORING).length_weeks
    assert contract_of(Kind.COACHING).confidentiality != contract_of(Kind.MENTORING).confidentiality


@pytest.mark.parametrize("kind", Kind)
def test_every_contract_says_that_everybody_may_push_back(kind: Kind) -> None:
    assert "push back" in contract_of(kind).disagreement


@pytest.mark.parametrize("kind", Kind)
def test_the_first_agreement_says_what_the_contract_says(kind: Kind) -> None:
    contract = contract_of(kind)
    assert asdict(terms_from(contract)) == asdict(contract)
