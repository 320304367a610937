"""The base of request and response bodies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _without_controls(value: str) -> str:
    # Postgres cannot store NUL, and a lone surrogate cannot be encoded: refuse both where they come in.
    if "\x00" in value:
        raise ValueError("must not contain the NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return value


@dataclass(frozen=True, slots=True)
class Text(GroupedMetadata):
    """What makes a text safe to take in: bounds, trimmed, no NUL, no lone surrogate; `Annotated[str, Text(200)]`."""

    max_length: int
    min_length: int = 0

    def __iter__(self) -> Iterator[Any]:
        # The length that is sent counts, as the document says; trimmed is what is kept.
        yield StringConstraints(min_length=self.min_length, max_length=self.max_length)
        yield AfterValidator(_without_controls)
        yield AfterValidator(self._trimmed)

    def _trimmed(self, value: str) -> str:
        trimmed = value.strip()
        if len(trimmed) < self.min_length:
            raise ValueError("must not be blank")
        return trimmed


REQUIRED = {"x-required": True}
"""Marks a header that must be sent, though the code checks so itself, with a problem of its own."""


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_out(value: object) -> object:
    # Pydantic would also take numbers, and digits in a text, as seconds since 1970.
    if (isinstance(value, str) and not _DAY.match(value)) or isinstance(value, int | float):
        raise ValueError("must be written as in RFC 3339, such as 2026-03-02 or 2026-03-02T09:00:00Z")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a moment that exists in UTC") from None


UtcDatetime = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
Day = Annotated[date, BeforeValidator(_written_out)]


class Input(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """A response body: every field is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Version = Annotated[
    int, Field(description="Grows with every change.", json_schema_extra={"format": "int32"}, examples=[3])
]
NextCursor = Annotated[str | None, Field(description="Where the next page begins; null on the last page.")]


def text(max_length: int, **more: Any) -> tuple[Any, Any]:
    """The constraints of a text that says something, for `Annotated[str, *…]`."""
    return Text(max_length, min_length=1), Field(**more)


def integer(minimum: int, maximum: int, **more: Any) -> Any:
    """The constraints of a whole number, for `Annotated[int, …]`; neither `false` nor `"3"` is one."""
    return Field(ge=minimum, le=maximum, strict=True, json_schema_extra={"format": "int32"}, **more)


def left_out() -> Any:
    """The default of a field that may be left out of a change but, where it is sent, is never null."""
    return Field(default_factory=_nothing)


def _nothing() -> None:
    return None


class ProblemField(Output):
    """One place of the input that breaks a rule."""

    pointer: Annotated[str, Field(examples=["/body/name"])]
    code: Annotated[str, Field(examples=["missing"])]
    message: Annotated[str, Field(examples=["Field required"])]


class Problem(Output):
    """An error, as RFC 9457 has it, with a stable `code`."""

    type: Annotated[str, Field(examples=["urn:problem-type:not-found"])]
    title: Annotated[str, Field(examples=["Not found"])]
    status: Annotated[int, Field(json_schema_extra={"format": "int32"}, examples=[404])]
    detail: Annotated[str, Field(examples=["There is nothing here."])]
    instance: Annotated[str, Field(description="The request id.", examples=["0192f1c28b7a7e3c"])]
    code: Annotated[str, Field(examples=["not-found"])]
    errors: list[ProblemField]


class Liveness(Output):
    """The process answers."""

    status: Literal["ok"]
