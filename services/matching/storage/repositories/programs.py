"""Programs in the matching schema."""

from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.eligibility import Eligibility
from services.matching.domain.engine.problem import GroupSize
from services.matching.domain.kinds import Format, Kind, Role
from services.matching.domain.program import (
    Objective,
    Program,
    ProgramDetails,
    ProgramNotFoundError,
    ProgramStatus,
    Rank,
)
from services.matching.storage.tables import programs


class ProgramRepository:
    """The programs of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, program: Program) -> None:
        """Store a new program."""
        await self._connection.execute(
            insert(programs).values(organization_id=self._organization_id, id=program.id, **_columns(program))
        )

    async def get(self, program_id: str, *, lock: bool = False) -> Program:
        """The program; with `lock`, held for a change."""
        statement = select(programs).where(self._is(program_id))
        found = await self._connection.execute(statement.with_for_update() if lock else statement)
        row = found.mappings().first()
        if row is None:
            raise ProgramNotFoundError
        return _to_program(row)

    async def save(self, program: Program) -> None:
        """Store its new state."""
        await self._connection.execute(update(programs).where(self._is(program.id)).values(**_columns(program)))

    def _is(self, program_id: str) -> Any:
        return (programs.c.organization_id == self._organization_id) & (programs.c.id == program_id)


def _columns(program: Program) -> dict[str, Any]:
    details = program.details
    return {
        "name": details.name,
        "kind": details.kind,
        "format": details.format,
        "group_size": {"min": details.group_size.minimum, "max": details.group_size.maximum},
        "purpose": details.purpose,
        "business_issue": details.business_issue,
        "success_measure": details.success_measure,
        "objectives": [{"role": one.role, "text": one.text, "rank": one.rank} for one in details.objectives],
        "competency_ids": list(details.competency_ids),
        "who_may_teach": _eligibility(details.who_may_teach),
        "who_may_learn": _eligibility(details.who_may_learn),
        "match_policy_id": details.match_policy_id,
        "status": program.status,
        "version": program.version,
        "created_at": program.created_at,
        "updated_at": program.updated_at,
    }


def _to_program(row: RowMapping) -> Program:
    details = ProgramDetails(
        name=row["name"],
        kind=Kind(row["kind"]),
        format=Format(row["format"]),
        group_size=GroupSize(row["group_size"]["min"], row["group_size"]["max"]),
        purpose=row["purpose"],
        business_issue=row["business_issue"],
        success_measure=row["success_measure"],
        objectives=tuple(Objective(Role(one["role"]), one["text"], Rank(one["rank"])) for one in row["objectives"]),
        competency_ids=tuple(row["competency_ids"]),
        who_may_teach=_to_eligibility(row["who_may_teach"]),
        who_may_learn=_to_eligibility(row["who_may_learn"]),
        match_policy_id=row["match_policy_id"],
    )
    return Program(
        row["id"], details, ProgramStatus(row["status"]), row["version"], row["created_at"], row["updated_at"]
    )


def _eligibility(eligibility: Eligibility) -> dict[str, list[int] | list[str] | None]:
    levels, departments = eligibility.reporting_levels, eligibility.departments
    return {
        "reporting_levels": None if levels is None else sorted(levels),
        "departments": None if departments is None else sorted(departments),
    }


def _to_eligibility(stored: dict[str, Any]) -> Eligibility:
    levels, departments = stored["reporting_levels"], stored["departments"]
    return Eligibility(
        None if levels is None else frozenset(levels), None if departments is None else frozenset(departments)
    )
