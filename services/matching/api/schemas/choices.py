"""Bodies of what people say of each other in a program."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Input, Output, Version
from services.matching.api.schemas.common import ParticipationId, PersonId
from services.matching.domain.choices import StatedChoices
from services.matching.domain.policy import CHOICES

MOST_EXCLUDED = 100

Teachers = Annotated[
    list[PersonId], Field(max_length=CHOICES, description="Whom to learn from, the best liked first.", examples=[[]])
]
Learners = Annotated[
    list[PersonId], Field(max_length=CHOICES, description="Whom to teach, the best liked first.", examples=[[]])
]
Excluded = Annotated[
    list[PersonId],
    Field(
        max_length=MOST_EXCLUDED,
        description="Whom never to be proposed to, in any program. Nobody is ever told.",
        examples=[[]],
    ),
]


class ChoicesIn(Input):
    """Whom one would like, and whom never."""

    teachers: Teachers = []
    learners: Learners = []
    excluded: Excluded = []

    def stated(self) -> StatedChoices:
        """The values, as the rules know them."""
        return StatedChoices(tuple(self.teachers), tuple(self.learners), tuple(self.excluded))


class ChoicesOut(Output):
    """Whom one would like, and whom never."""

    participation_id: ParticipationId
    teachers: Teachers
    learners: Learners
    excluded: Excluded
    version: Version
