"""Match policies in the matching schema: a row for the newest version, and one for each that never changes."""

from collections.abc import Mapping
from typing import Any

import asyncpg
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.match_policy import (
    STANDARD,
    MatchPolicy,
    MatchPolicyNotFoundError,
    PolicyDetails,
    PolicyInForce,
    PolicyStatus,
    in_force,
)
from services.matching.domain.policy import BlindAttribute, HardRules, LevelBand, Terms, Weights
from services.matching.domain.program import Program
from services.matching.storage.tables import match_policies, match_policy_versions

_CONTENT = [column for column in match_policy_versions.c if column.name not in {"organization_id", "created_at"}]


class MatchPolicyRepository:
    """The match policies of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, policy: MatchPolicy) -> None:
        """Store a new policy."""
        head = _head(policy) | {"created_at": policy.created_at}
        await self._connection.execute(
            insert(match_policies).values(organization_id=self._organization_id, id=policy.id, **head)
        )
        await self._add_version(policy)

    async def get(self, policy_id: str, *, version: int | None = None, lock: bool = False) -> MatchPolicy:
        """The policy as it is, or as it was in a version; with `lock`, held for a change."""
        statement = (
            select(*_CONTENT, match_policies.c.created_at, match_policy_versions.c.created_at.label("updated_at"))
            .join(
                match_policies,
                (match_policies.c.organization_id == match_policy_versions.c.organization_id)
                & (match_policies.c.id == match_policy_versions.c.match_policy_id),
            )
            .where(
                self._is(policy_id),
                match_policy_versions.c.version == (match_policies.c.version if version is None else version),
            )
        )
        if lock:
            await self._connection.execute(select(match_policies.c.id).where(self._is(policy_id)).with_for_update())
        row = (await self._connection.execute(statement)).mappings().first()
        if row is None:
            raise MatchPolicyNotFoundError
        return _to_policy(row)

    async def get_terms(self, program: Program) -> PolicyInForce:
        """What judges the program now: the newest version of its policy, or the standard one."""
        policy_id = program.details.match_policy_id
        return in_force(STANDARD if policy_id is None else await self.get(policy_id))

    async def save(self, policy: MatchPolicy) -> None:
        """Store its next version."""
        await self._connection.execute(update(match_policies).where(self._is(policy.id)).values(**_head(policy)))
        await self._add_version(policy)

    async def _add_version(self, policy: MatchPolicy) -> None:
        await self._connection.execute(
            insert(match_policy_versions).values(organization_id=self._organization_id, **_content(policy))
        )

    def _is(self, policy_id: str) -> Any:
        return (match_policies.c.organization_id == self._organization_id) & (match_policies.c.id == policy_id)


def _head(policy: MatchPolicy) -> dict[str, Any]:
    return {"version": policy.version, "updated_at": policy.updated_at}


def _content(policy: MatchPolicy) -> dict[str, Any]:
    details = policy.details
    weights, rules = details.terms.weights, details.terms.rules
    band = rules.level_band
    return {
        "match_policy_id": policy.id,
        "version": policy.version,
        "name": details.name,
        "status": policy.status,
        "weights": {
            "fit": weights.fit,
            "choice": weights.choice,
            "availability": weights.availability,
            "time_zone": weights.time_zone,
            "language": weights.language,
            "other_department": weights.other_department,
        },
        "rules": {
            "exclude_manager_line": rules.exclude_manager_line,
            "exclude_same_team": rules.exclude_same_team,
            "require_shared_language": rules.require_shared_language,
            "max_time_zone_gap_hours": rules.max_time_zone_gap_hours,
            "level_band": None if band is None else {"least": band.least, "most": band.most},
            "min_score": rules.min_score,
        },
        "max_gap_basis_points": details.terms.max_gap,
        "blind_attributes": sorted(details.blind),
        "created_at": policy.updated_at,
    }


def to_terms(row: Mapping[str, Any] | RowMapping | asyncpg.Record) -> Terms:
    """The terms of a row of a policy's version."""
    band = row["rules"]["level_band"]
    rules = HardRules(**{**row["rules"], "level_band": None if band is None else LevelBand(**band)})
    return Terms(Weights(**row["weights"]), rules, row["max_gap_basis_points"])


def _to_policy(row: RowMapping) -> MatchPolicy:
    details = PolicyDetails(
        name=row["name"],
        terms=to_terms(row),
        blind=frozenset(map(BlindAttribute, row["blind_attributes"])),
    )
    status = PolicyStatus(row["status"])
    return MatchPolicy(
        row["match_policy_id"],
        details,
        status,
        row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
