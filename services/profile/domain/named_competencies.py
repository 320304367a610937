"""What strengths and growth areas have in common: lists in which a person names competencies."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kit.errors import ConflictError, FieldError, InvalidError


class CompetencyNamedTwiceError(ConflictError):
    """Two entries for the same competency would contradict each other."""

    code = "competency-named-twice"
    title = "The competency is in the list already"


class TooManyEntriesError(ConflictError):
    """A list that names everything says nothing."""

    code = "too-many-entries"
    title = "The list is full"


class UnusableCompetencyError(InvalidError):
    """A competency that is unknown or retired cannot be named anew."""

    code = "unusable-competency"
    title = "The competency cannot be used"


class NamesCompetency(Protocol):
    """An entry of such a list."""

    @property
    def competency_id(self) -> str:
        """The competency that it names."""
        ...


def check_list(entries: Sequence[NamesCompetency], maximum: int) -> None:
    """Refuse a list that names a competency twice or is too long."""
    if len({entry.competency_id for entry in entries}) != len(entries):
        raise CompetencyNamedTwiceError("Name each competency once in the list.")
    if len(entries) > maximum:
        raise TooManyEntriesError(f"Keep at most {maximum} entries.")


def check_usable(
    entries: Sequence[NamesCompetency],
    retired: Mapping[str, bool],
    named_before: frozenset[str],
    pointer: Callable[[int], str],
) -> None:
    """Refuse competencies that are unknown, or retired and not named by the person before.

    `retired` has every known competency among them; `pointer` says where in the input the n-th entry stands.
    """
    errors = []
    for index, entry in enumerate(entries):
        at = f"{pointer(index)}/competency_id"
        if entry.competency_id not in retired:
            errors.append(FieldError(at, "unknown-competency", "There is no such competency."))
        elif retired[entry.competency_id] and entry.competency_id not in named_before:
            errors.append(FieldError(at, "competency-retired", "This competency is retired. Choose another one."))
    if errors:
        raise UnusableCompetencyError("Choose competencies of the organization's list.", errors=errors)
