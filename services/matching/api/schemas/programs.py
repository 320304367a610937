"""Bodies of the programs' operations."""

from typing import Annotated, Any

from pydantic import Field

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer, left_out, text
from services.matching.api.schemas.common import CompetencyId, MatchPolicyId, ProgramId
from services.matching.domain.eligibility import Eligibility
from services.matching.domain.engine.problem import GroupSize
from services.matching.domain.kinds import Format, Kind, Role
from services.matching.domain.program import Objective, ProgramDetails, ProgramStatus, Rank

Name = Annotated[str, *text(200, examples=["Executives learn technology"])]
Purpose = Annotated[
    str, *text(2000, description="What it is for.", examples=["The board decides about what it has used."])
]
BusinessIssue = Annotated[str, *text(2000, examples=["Technology decisions are made without knowing technology."])]
SuccessMeasure = Annotated[
    str, *text(2000, description="How one will know that it worked.", examples=["Each executive used it at work."])
]
CompetencyIds = Annotated[
    list[CompetencyId], Field(max_length=200, description="What it is about; empty for everything.", examples=[[]])
]
Levels = Annotated[
    list[Annotated[int, integer(1, 20)]] | None,
    Field(max_length=20, description="Reporting levels, 1 at the top; null for all.", examples=[[1, 2]]),
]
Departments = Annotated[
    list[Annotated[str, *text(200)]] | None,
    Field(max_length=100, description="Departments; null for all.", examples=[None]),
]
Places = Annotated[int, integer(1, 50)]
PolicyOfProgram = Annotated[
    MatchPolicyId | None, Field(description="What judges its matches; null for the standard policy.", examples=[None])
]


class ObjectiveBody(Input):
    """What one role is there for."""

    role: Role
    text: Annotated[str, *text(500, examples=["Can judge a proposal that rests on machine learning."])]
    rank: Annotated[Rank, Field(description="What the program is for, or what comes along with it.")]


Objectives = Annotated[list[ObjectiveBody], Field(max_length=20)]


class GroupSizeIn(Input):
    """How many learners a group has."""

    min: Places = 2
    max: Places = 8


class GroupSizeChanges(Input):
    """The bounds to change."""

    min: Places = left_out()
    max: Places = left_out()


class EligibilityIn(Input):
    """Who may take a role."""

    reporting_levels: Levels = None
    departments: Departments = None


class ProgramIn(Input):
    """A new program."""

    name: Name
    kind: Kind
    format: Format = Format.PAIR
    group_size: GroupSizeIn = GroupSizeIn()
    purpose: Purpose | None = None
    business_issue: BusinessIssue | None = None
    success_measure: SuccessMeasure | None = None
    objectives: Objectives = []
    competency_ids: CompetencyIds = []
    who_may_teach: EligibilityIn = EligibilityIn()
    who_may_learn: EligibilityIn = EligibilityIn()
    match_policy_id: PolicyOfProgram = None

    def details(self) -> ProgramDetails:
        """The values, as the rules know them."""
        values = _values(self, exclude_unset=False)
        return ProgramDetails(
            **{
                **values,
                "group_size": GroupSize(**values["group_size"]),
                "who_may_teach": Eligibility(**values["who_may_teach"]),
                "who_may_learn": Eligibility(**values["who_may_learn"]),
            }
        )


class ProgramChanges(Input):
    """The fields of a program to change; those that are left out stay (RFC 7396)."""

    name: Name = left_out()
    kind: Kind = left_out()
    format: Format = left_out()
    group_size: GroupSizeChanges = left_out()
    purpose: Purpose | None = None
    business_issue: BusinessIssue | None = None
    success_measure: SuccessMeasure | None = None
    objectives: Objectives = left_out()
    competency_ids: CompetencyIds = left_out()
    who_may_teach: EligibilityIn = left_out()
    who_may_learn: EligibilityIn = left_out()
    match_policy_id: PolicyOfProgram = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, as the rules know them."""
        return _values(self, exclude_unset=True)


def _values(body: ProgramIn | ProgramChanges, *, exclude_unset: bool) -> dict[str, Any]:
    values = body.model_dump(exclude_unset=exclude_unset)
    if "group_size" in values:
        names = {"min": "minimum", "max": "maximum"}
        values["group_size"] = {names[name]: value for name, value in values["group_size"].items()}
    for name in {"who_may_teach", "who_may_learn"} & values.keys():
        values[name] = {key: None if value is None else frozenset(value) for key, value in values[name].items()}
    if "objectives" in values:
        values["objectives"] = tuple(Objective(**one) for one in values["objectives"])
    if "competency_ids" in values:
        values["competency_ids"] = tuple(dict.fromkeys(values["competency_ids"]))
    return values


class GroupSizeOut(Output):
    """How many learners a group has."""

    min: Places
    max: Places


class EligibilityOut(Output):
    """Who may take a role."""

    reporting_levels: Levels
    departments: Departments


class ProgramOut(Output):
    """A program."""

    id: ProgramId
    name: Name
    kind: Kind
    format: Format
    group_size: GroupSizeOut
    purpose: Purpose | None
    business_issue: BusinessIssue | None
    success_measure: SuccessMeasure | None
    objectives: Objectives
    competency_ids: CompetencyIds
    who_may_teach: EligibilityOut
    who_may_learn: EligibilityOut
    match_policy_id: PolicyOfProgram
    status: ProgramStatus
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class ProgramsPage(Output):
    """A page of programs."""

    items: list[ProgramOut]
    next_cursor: NextCursor
