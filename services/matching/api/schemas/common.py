"""Types that several bodies share."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from kit.ids import id_of
from kit.schemas import Text

PersonId = Annotated[str, id_of("per")]
CompetencyId = Annotated[str, id_of("cmp")]
ProgramId = Annotated[str, id_of("prg")]
ParticipationId = Annotated[str, id_of("par")]
MatchRunId = Annotated[str, id_of("run")]
ProposalId = Annotated[str, id_of("pro")]
TrackId = Annotated[str, id_of("trk")]

ProgramInPath = Annotated[ProgramId, Path(description="The program.")]
MatchRunInPath = Annotated[MatchRunId, Path(description="The match run.")]

Version = Annotated[
    int, Field(description="Grows with every change.", json_schema_extra={"format": "int32"}, examples=[3])
]
NextCursor = Annotated[str | None, Field(description="Where the next page begins; null on the last page.")]


def text(max_length: int, **more: Any) -> tuple[Any, Any]:
    """The constraints of a text that says something, for `Annotated[str, *…]`."""
    return Text(max_length, min_length=1), Field(**more)


def integer(minimum: int, maximum: int, **more: Any) -> Any:
    """The constraints of a whole number, for `Annotated[int, …]`."""
    return Field(ge=minimum, le=maximum, json_schema_extra={"format": "int32"}, **more)


def left_out() -> Any:
    """The default of a field that may be left out of a change but, where it is sent, is never null."""
    return Field(default_factory=_nothing)


def _nothing() -> None:
    return None
