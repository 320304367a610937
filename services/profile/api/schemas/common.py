"""Types that several bodies share."""

from typing import Annotated

from pydantic import Field

from kit.ids import id_of
from kit.schemas import Text
from services.profile.domain.person import LANGUAGE_PATTERN

PersonId = Annotated[str, id_of("per")]
CompetencyId = Annotated[str, id_of("cmp")]

Language = Annotated[
    str, Field(pattern=LANGUAGE_PATTERN, max_length=35, description="Language tag (BCP 47).", examples=["de"])
]
SearchText = Annotated[str, Text(100, min_length=1)]
