"""A match policy as a resource: the terms by which an organization's rounds are judged, version by version.

A change makes the next version and alters none, because a run names the version that judged it. A policy never
contradicts itself: it does not look at an attribute that it promises to be blind to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.matching.domain.policy import HIERARCHY_BLIND, MAXIMUM, BlindAttribute, HardRules, LevelBand, Terms


class PolicyStatus(StrEnum):
    """Whether programs may still take the policy."""

    ACTIVE = "active"
    RETIRED = "retired"


class MatchPolicyNotFoundError(NotFoundError):
    """There is no such policy, or no such version of it, here."""

    code = "match-policy-not-found"
    title = "The match policy does not exist"


class PolicyRetiredError(ConflictError):
    """The policy is kept for the programs and runs that name it, and for nothing new."""

    code = "policy-retired"
    title = "The match policy is retired"


class StandardPolicyError(ConflictError):
    """The standard policy is built in."""

    code = "policy-standard"
    title = "The standard policy does not change"


class PolicyWeightsError(InvalidError):
    """The weights do not add up to 10,000."""

    code = "policy-weights"
    title = "The weights do not add up"


class PolicyContradictoryError(InvalidError):
    """One part of the policy rules out another."""

    code = "policy-contradictory"
    title = "The match policy contradicts itself"


@dataclass(frozen=True, slots=True)
class PolicyDetails:
    """What a coordinator says of a policy."""

    name: str
    terms: Terms = field(default_factory=Terms)
    blind: frozenset[BlindAttribute] = HIERARCHY_BLIND


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """The newest version of a policy, or an older one as it was."""

    id: str
    details: PolicyDetails
    status: PolicyStatus
    version: int
    created_at: datetime
    updated_at: datetime

    def require_active(self) -> None:
        """Refuse what only a policy in use takes: changes, and programs that choose it."""
        if self.status is PolicyStatus.RETIRED:
            raise PolicyRetiredError("Choose a policy that is active, or make another one.")


class PolicyInForce(NamedTuple):
    """What judges a program now; no `policy_id` means the standard policy."""

    policy_id: str | None
    version: int
    terms: Terms
    blind: frozenset[BlindAttribute]


STANDARD_ID = "standard"
_STANDARD_SINCE = datetime(2026, 11, 22, tzinfo=UTC)
STANDARD = MatchPolicy(
    STANDARD_ID,
    PolicyDetails("Standard"),
    PolicyStatus.ACTIVE,
    1,
    created_at=_STANDARD_SINCE,
    updated_at=_STANDARD_SINCE,
)
"""What judges programs that name no policy. Whoever changes its terms counts its version up: runs name it."""


def in_force(policy: MatchPolicy) -> PolicyInForce:
    """The policy, as a run takes it."""
    policy_id = None if policy.id == STANDARD_ID else policy.id
    return PolicyInForce(policy_id, policy.version, policy.details.terms, policy.details.blind)


def create_policy(policy_id: str, details: PolicyDetails, now: datetime) -> MatchPolicy:
    """A new policy in its first version."""
    check_details(details)
    return MatchPolicy(policy_id, details, PolicyStatus.ACTIVE, version=1, created_at=now, updated_at=now)


def change_policy(policy: MatchPolicy, details: PolicyDetails, now: datetime) -> MatchPolicy:
    """The next version; the same one if nothing is different."""
    policy.require_active()
    check_details(details)
    if details == policy.details:
        return policy
    return replace(policy, details=details, version=policy.version + 1, updated_at=now)


def retire_policy(policy: MatchPolicy, now: datetime) -> MatchPolicy:
    """The policy for those who have it already, and for no new program."""
    policy.require_active()
    return replace(policy, status=PolicyStatus.RETIRED, version=policy.version + 1, updated_at=now)


def merged(details: PolicyDetails, changes: Mapping[str, Any]) -> PolicyDetails:
    """The details with the fields that were sent; an object in them changes in part, too (RFC 7396)."""
    terms = details.terms
    rules = dict(changes.get("rules", {}))
    if rules.get("level_band") is not None:
        rules["level_band"] = replace(terms.rules.level_band or LevelBand(), **rules["level_band"])
    return PolicyDetails(
        name=changes.get("name", details.name),
        terms=Terms(
            weights=replace(terms.weights, **changes.get("weights", {})),
            rules=replace(terms.rules, **rules),
            max_gap=changes.get("max_gap_basis_points", terms.max_gap),
        ),
        blind=changes.get("blind_attributes", details.blind),
    )


def check_details(details: PolicyDetails) -> None:
    """`PolicyWeightsError` or `PolicyContradictoryError`, with the places, unless it all fits together."""
    total = details.terms.weights.total
    if total != MAXIMUM:
        message = f"The weights add up to {total:,}; they have to add up to {MAXIMUM:,}."
        raise PolicyWeightsError(message, errors=[FieldError("/body/weights", PolicyWeightsError.code, message)])
    contradictions = [*_unblinded(details), *_empty_band(details.terms.rules)]
    if contradictions:
        raise PolicyContradictoryError(contradictions[0].message, errors=contradictions)


def _unblinded(details: PolicyDetails) -> Iterator[FieldError]:
    weights, rules = details.terms.weights, details.terms.rules
    for attribute, pointer, looks in (
        (BlindAttribute.REPORTING_LEVEL, "/body/rules/level_band", rules.level_band is not None),
        (BlindAttribute.TEAM, "/body/rules/exclude_same_team", rules.exclude_same_team),
        (BlindAttribute.REPORTING_LINE, "/body/rules/exclude_manager_line", rules.exclude_manager_line),
        (BlindAttribute.DEPARTMENT, "/body/weights/other_department", weights.other_department > 0),
    ):
        if looks and attribute in details.blind:
            message = f"This looks at {attribute}, to which the policy says that it is blind."
            yield FieldError(pointer, "blind-attribute", message)


def _empty_band(rules: HardRules) -> Iterator[FieldError]:
    band = rules.level_band
    if band is None:
        return
    if band.least is None and band.most is None:
        yield FieldError("/body/rules/level_band", "band-open", "Say the least or the most, or leave the band out.")
    elif band.least is not None and band.most is not None and band.least > band.most:
        message = f"No pair is at least {band.least} and at most {band.most} levels apart."
        yield FieldError("/body/rules/level_band/least", "band-empty", message)
