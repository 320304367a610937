"""Bodies of the operations that say what runs and policies came to."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, NextCursor, Output
from services.matching.api.schemas.common import MatchRunId, PersonId, PolicyRef, ProgramId, Seed
from services.matching.domain.policy import BlindAttribute
from services.matching.domain.review.left_out import Binding, BindingRule

Count = Annotated[int, Field(ge=0, json_schema_extra={"format": "int32"})]
Score = Annotated[int | None, Field(ge=0, le=10_000, json_schema_extra={"format": "int32"})]
Total = Annotated[int, Field(ge=0, json_schema_extra={"format": "int64"})]


class CoverageOut(Output):
    """Learners of one department or level; null where it, or a difference, would be about too few people."""

    name: str
    learners: Count | None
    matched: Count | None


class RanksOut(Output):
    """How far down their own list of best teachers learners got."""

    first: Count
    second_or_third: Count
    up_to_tenth: Count
    later: Count
    none: Count


class FairnessOut(Output):
    """How fair a run was."""

    match_run_id: MatchRunId
    learners: Count
    sampled: Annotated[Count, Field(description="Learners whose ranks, envy and blocking pairs were looked at.")]
    ranks: RanksOut
    envious: Annotated[
        Count, Field(description="Learners with a better teacher who serves somebody with a lower score there.")
    ]
    blocking_pairs: Annotated[Count, Field(description="Pairs who would both rather have each other.")]
    teachers: Count
    load_gini: Annotated[int, Field(ge=0, le=1000, description="Spread of learners over teachers, in thousandths.")]
    busiest_share: Annotated[int, Field(ge=0, le=100, description="Per cent that the busiest 5 per cent carry.")]
    total: Total
    greedy_total: Annotated[Total | None, Field(description="What taking the best pair first would have added up to.")]
    upper_bound: Total | None
    coverage_by_department: list[CoverageOut]
    coverage_by_reporting_level: list[CoverageOut]
    min_group_size: Count


class ReasonOut(Output):
    """Why somebody was left out; all null until the run has been reviewed."""

    code: Binding | None
    rule: Annotated[BindingRule | None, Field(description="With the code `rule`: which one.")]
    short_by: Annotated[int | None, Field(description="What was missing, in points.")]
    text: str | None
    change: Annotated[str | None, Field(description="What would change it.")]


class LeftOutOut(ReasonOut):
    """A learner whom a run left without a teacher, and why."""

    person_id: PersonId


class LeftOutPage(Output):
    """A page of learners whom a run left out."""

    items: list[LeftOutOut]
    next_cursor: NextCursor


class OutcomeOut(Output):
    """What a published run found for the caller as a learner."""

    matched: bool
    reason: ReasonOut | None


class CompareIn(Input):
    """Two runs of one program: the second is judged against the first."""

    match_run_ids: Annotated[list[MatchRunId], Field(min_length=2, max_length=2)]


class ChangeOut(Output):
    """What one learner's score would become."""

    person_id: PersonId
    score_before: Score
    score_after: Score


class ComparisonOut(Output):
    """Who gains and who loses by the second run instead of the first, as learners."""

    gaining: Count
    losing: Count
    unchanged: Count
    newly_matched: Count
    no_longer_matched: Count
    total_before: Total
    total_after: Total
    greatest_gains: Annotated[list[ChangeOut], Field(description="At most 100.")]
    greatest_losses: Annotated[list[ChangeOut], Field(description="At most 100.")]


class AuditIn(Input):
    """Whose people a policy is audited on."""

    program_id: ProgramId
    seed: Seed = 1


class PairOut(Output):
    """A teacher in a learner's list."""

    teacher_id: PersonId
    learner_id: PersonId


class PermutedOut(Output):
    """What dealing out one blind attribute anew changed in learners' lists of best teachers; 0 if nothing looks."""

    attribute: BlindAttribute
    changed_ranks: Count
    examples: list[PairOut]


class ServedOut(Output):
    """How learners of one department or level fare; null where it, or a difference, would be about too few people."""

    name: str
    learners: Count | None
    with_teacher: Count | None
    mean_best_score: Score


class AuditOut(Output):
    """The audit of a policy."""

    match_policy_id: PolicyRef
    match_policy_version: Count
    program_id: ProgramId
    sampled: Annotated[Count, Field(description="Learners whose lists were looked at.")]
    blind: list[PermutedOut]
    by_department: list[ServedOut]
    by_reporting_level: list[ServedOut]
    min_group_size: Count
