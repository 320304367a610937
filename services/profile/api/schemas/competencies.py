"""Bodies of the competencies' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, Output, Text, UtcDatetime, Version
from services.profile.api.schemas.common import CompetencyId
from services.profile.domain.competency import MAX_DESCRIPTION, MAX_LABEL, CompetencySource, CompetencyStatus
from services.profile.domain.competency_relations import MAX_RELATIONS, Relations

Label = Annotated[str, Text(MAX_LABEL, min_length=1), Field(examples=["Machine learning"])]
Description = Annotated[str, Text(MAX_DESCRIPTION), Field(examples=["Building models that learn from data."])]


class CompetencyIn(Input):
    """A competency in somebody's own words."""

    label: Label
    description: Description | None = None


class RelationsIn(Input):
    """How a competency relates to others; who holds one of them knows part of it."""

    broader: Annotated[list[CompetencyId], Field(max_length=MAX_RELATIONS, description="What it is part of.")] = []
    related: Annotated[
        list[CompetencyId], Field(max_length=MAX_RELATIONS, description="What it stands beside; holds both ways.")
    ] = []

    def relations(self) -> Relations:
        """The values, as the rules know them."""
        return Relations(tuple(self.broader), tuple(self.related))


class CompetencyOut(Output):
    """An entry of the taxonomy."""

    id: CompetencyId
    label: Label
    description: Description | None
    category: Annotated[str | None, Field(examples=["knowledge"])]
    source: CompetencySource
    source_id: Annotated[str | None, Field(examples=["esco:skill/000f1d3d-220f-4789-9c0a-cc742521fb02"])]
    status: CompetencyStatus
    broader: Annotated[list[CompetencyId], Field(description="Competencies that this one is part of.")]
    related: Annotated[list[CompetencyId], Field(description="Competencies that stand beside this one.")]
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class CompetenciesPage(Output):
    """A page of competencies."""

    items: list[CompetencyOut]
    next_cursor: str | None
