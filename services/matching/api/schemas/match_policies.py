"""Bodies of the match policies' operations."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from kit.schemas import Input, NextCursor, Output, UtcDatetime, Version, integer, left_out, text
from services.matching.api.schemas.common import PolicyRef
from services.matching.domain.match_policy import STANDARD, PolicyDetails, PolicyStatus, merged
from services.matching.domain.policy import BlindAttribute

_STANDARD = STANDARD.details
_WEIGHTS, _RULES = _STANDARD.terms.weights, _STANDARD.terms.rules

Name = Annotated[str, *text(200, examples=["Across departments"])]
# So that rounding down leaves something of every fit.
Fit = Annotated[int, integer(1_000, 10_000, description="What one wants to learn and the other can teach.")]
Choice = Annotated[int, integer(0, 10_000, description="Having ranked each other, half for each side.")]
Availability = Annotated[int, integer(0, 10_000, description="Hours of the week at which both are free.")]
TimeZone = Annotated[int, integer(0, 10_000, description="Clocks that differ little.")]
Language = Annotated[int, integer(0, 10_000, description="Languages in common.")]
OtherDepartment = Annotated[int, integer(0, 10_000, description="Belonging to different departments.")]
Hours = Annotated[int | None, integer(0, 12, description="The widest gap between two clocks; null for any.")]
Score = Annotated[int, integer(0, 10_000, description="The lowest score that is proposed.")]
Levels = Annotated[int | None, integer(-19, 19, description="Reporting levels from the learner down to the teacher.")]
MaxGap = Annotated[
    int,
    integer(0, 10_000, description="How far below the best possible total a round may end without the exact solver."),
]
Blind = Annotated[
    list[BlindAttribute], Field(max_length=5, description="What no score and no rule of the policy may look at.")
]


class WeightsBody(Input):
    """The most that each part adds to a score, in basis points; together 10,000."""

    fit: Fit
    choice: Choice
    availability: Availability
    time_zone: TimeZone
    language: Language
    other_department: OtherDepartment


class WeightsChanges(Input):
    """The weights to change; all of them still add up to 10,000."""

    fit: Fit = left_out()
    choice: Choice = left_out()
    availability: Availability = left_out()
    time_zone: TimeZone = left_out()
    language: Language = left_out()
    other_department: OtherDepartment = left_out()


class LevelBandIn(Input):
    """How many reporting levels the teacher is below the learner; negative: above."""

    least: Levels = None
    most: Levels = None


class RulesIn(Input):
    """What is never proposed."""

    exclude_manager_line: StrictBool = _RULES.exclude_manager_line
    exclude_same_team: StrictBool = _RULES.exclude_same_team
    require_shared_language: StrictBool = _RULES.require_shared_language
    max_time_zone_gap_hours: Hours = _RULES.max_time_zone_gap_hours
    level_band: LevelBandIn | None = None
    min_score: Score = _RULES.min_score


class RulesChanges(Input):
    """The rules to change."""

    exclude_manager_line: StrictBool = left_out()
    exclude_same_team: StrictBool = left_out()
    require_shared_language: StrictBool = left_out()
    max_time_zone_gap_hours: Hours = None
    level_band: LevelBandIn | None = None
    min_score: Score = left_out()


class MatchPolicyIn(Input):
    """What judges matches; what is left out is as the standard policy has it."""

    name: Name
    weights: WeightsBody = WeightsBody(
        fit=_WEIGHTS.fit,
        choice=_WEIGHTS.choice,
        availability=_WEIGHTS.availability,
        time_zone=_WEIGHTS.time_zone,
        language=_WEIGHTS.language,
        other_department=_WEIGHTS.other_department,
    )
    rules: RulesIn = RulesIn()
    blind_attributes: Blind = sorted(_STANDARD.blind)
    max_gap_basis_points: MaxGap = _STANDARD.terms.max_gap

    def details(self) -> PolicyDetails:
        """The values, as the rules know them."""
        return merged(_STANDARD, _values(self.model_dump()))


class MatchPolicyChanges(Input):
    """The fields of a policy to change; those that are left out stay (RFC 7396)."""

    name: Name = left_out()
    weights: WeightsChanges = left_out()
    rules: RulesChanges = left_out()
    blind_attributes: Blind = left_out()
    max_gap_basis_points: MaxGap = left_out()

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, as the rules know them."""
        return _values(self.model_dump(exclude_unset=True))


def _values(sent: dict[str, Any]) -> dict[str, Any]:
    return sent | ({"blind_attributes": frozenset(sent["blind_attributes"])} if "blind_attributes" in sent else {})


class LevelBandOut(Output):
    """How many reporting levels the teacher is below the learner; negative: above."""

    least: Levels
    most: Levels


class RulesOut(Output):
    """What is never proposed."""

    exclude_manager_line: bool
    exclude_same_team: bool
    require_shared_language: bool
    max_time_zone_gap_hours: Hours
    level_band: LevelBandOut | None
    min_score: Score


class MatchPolicyOut(Output):
    """One version of a match policy."""

    id: PolicyRef
    name: Name
    weights: WeightsBody
    rules: RulesOut
    blind_attributes: Blind
    max_gap_basis_points: MaxGap
    status: PolicyStatus
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class MatchPoliciesPage(Output):
    """A page of match policies, or of the versions of one."""

    items: list[MatchPolicyOut]
    next_cursor: NextCursor
