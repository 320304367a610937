"""Types that several bodies share."""

from typing import Annotated, Any

from pydantic import Field

from kit.ids import id_of
from kit.schemas import Text
from services.profile.domain.person import LANGUAGE_PATTERN

PersonId = Annotated[str, id_of("per")]
CompetencyId = Annotated[str, id_of("cmp")]

Version = Annotated[
    int, Field(description="Grows with every change.", json_schema_extra={"format": "int32"}, examples=[3])
]
Language = Annotated[
    str, Field(pattern=LANGUAGE_PATTERN, max_length=35, description="Language tag (BCP 47).", examples=["de"])
]
SearchText = Annotated[str, Text(100, min_length=1)]


def integer(minimum: int, maximum: int, **more: Any) -> Any:
    """The constraints of a whole number, for `Annotated[int, …]`."""
    return Field(ge=minimum, le=maximum, json_schema_extra={"format": "int32"}, **more)


def left_out() -> Any:
    """The default of a field that may be left out of a change but, where it is sent, is never null."""
    return Field(default_factory=_nothing)


def _nothing() -> None:
    return None
