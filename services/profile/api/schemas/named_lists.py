"""Bodies of the operations on strengths and growth areas."""

from typing import Annotated, Any

from pydantic import Field, StrictBool

from kit.ids import id_of
from kit.schemas import Input, Output, Text, UtcDatetime, Version, integer, left_out
from services.profile.api.schemas.common import CompetencyId
from services.profile.domain.growth_areas import MAX_GROWTH_AREAS, MAX_SITUATION, GrowthAreaTerms, Visibility
from services.profile.domain.strengths import MAX_NOTE, MAX_STRENGTHS, AssetType, Format, StrengthTerms

StrengthId = Annotated[str, id_of("str")]
GrowthAreaId = Annotated[str, id_of("gro")]
Level = Annotated[int, integer(1, 5, examples=[4])]
CurrentLevel = Annotated[int, integer(0, 5, examples=[1])]
Importance = Annotated[int, integer(1, 5, examples=[3])]
Formats = Annotated[list[Format], Field(min_length=1, max_length=3, examples=[["pair", "group"]])]
WhoKnows = Annotated[
    Visibility,
    Field(description="`private` is matched, but shown to nobody except its owner."),
]
Note = Annotated[str, Text(MAX_NOTE)]
Situation = Annotated[str, Text(MAX_SITUATION)]


class StrengthIn(Input):
    """A competency that the caller has, with the terms on which they share it."""

    competency_id: CompetencyId
    level: Level
    willing: StrictBool = True
    formats: Formats = ["pair"]
    asset_type: AssetType = "skill"
    note: Note | None = None

    def terms(self) -> StrengthTerms:
        """The values, as the rules know them."""
        return StrengthTerms(**_without_repeats(self.model_dump()))


class StrengthChanges(Input):
    """The fields of a strength to change; those that are left out stay (RFC 7396)."""

    level: Level = left_out()
    willing: StrictBool = left_out()
    formats: Formats = left_out()
    asset_type: AssetType = left_out()
    note: Note | None = None

    def values(self) -> dict[str, Any]:
        """The fields that were sent."""
        return _without_repeats(self.model_dump(exclude_unset=True))


class StrengthsIn(Input):
    """All strengths of the caller; what is not in the list is gone."""

    items: Annotated[list[StrengthIn], Field(max_length=MAX_STRENGTHS)]

    def terms(self) -> list[StrengthTerms]:
        """The values, as the rules know them."""
        return [item.terms() for item in self.items]


class StrengthOut(Output):
    """A competency that a person has, with the terms on which they share it."""

    id: StrengthId
    competency_id: CompetencyId
    competency_label: str
    level: Level
    willing: bool
    formats: Formats
    asset_type: AssetType
    note: Note | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class StrengthsOut(Output):
    """A person's strengths; always the whole list."""

    items: list[StrengthOut]
    next_cursor: None


class GrowthAreaIn(Input):
    """A competency in which the caller wants to grow."""

    competency_id: CompetencyId
    current_level: CurrentLevel = 0
    target_level: Level
    importance: Importance = 3
    visibility: WhoKnows = "private"
    situation: Situation | None = None

    def terms(self) -> GrowthAreaTerms:
        """The values, as the rules know them."""
        return GrowthAreaTerms(**self.model_dump())


class GrowthAreaChanges(Input):
    """The fields of a growth area to change; those that are left out stay (RFC 7396)."""

    current_level: CurrentLevel = left_out()
    target_level: Level = left_out()
    importance: Importance = left_out()
    visibility: WhoKnows = left_out()
    situation: Situation | None = None

    def values(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class GrowthAreasIn(Input):
    """All growth areas of the caller; what is not in the list is gone."""

    items: Annotated[list[GrowthAreaIn], Field(max_length=MAX_GROWTH_AREAS)]

    def terms(self) -> list[GrowthAreaTerms]:
        """The values, as the rules know them."""
        return [item.terms() for item in self.items]


class GrowthAreaOut(Output):
    """A competency in which a person wants to grow."""

    id: GrowthAreaId
    competency_id: CompetencyId
    competency_label: str
    current_level: CurrentLevel
    target_level: Level
    importance: Importance
    visibility: WhoKnows
    situation: Situation | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class GrowthAreasOut(Output):
    """A person's growth areas; always the whole list."""

    items: list[GrowthAreaOut]
    next_cursor: None


def _without_repeats(values: dict[str, Any]) -> dict[str, Any]:
    if "formats" in values:
        values["formats"] = tuple(dict.fromkeys(values["formats"]))
    return values
