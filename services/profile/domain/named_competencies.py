"""What strengths and growth areas have in common: lists in which a person names competencies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

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


class Terms(Protocol):
    """What the owner says of one competency."""

    @property
    def competency_id(self) -> str:
        """The competency that is named."""
        ...


T = TypeVar("T", bound=Terms)


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One entry of a person's list."""

    id: str
    terms: T
    version: int


def revised(entry: Entry[T], terms: T) -> Entry[T]:
    """The entry with other terms; the version grows if they differ."""
    return entry if terms == entry.terms else replace(entry, terms=terms, version=entry.version + 1)


def replaced(entries: Sequence[Entry[T]], wanted: Sequence[T], new_id: Callable[[], str]) -> list[Entry[T]]:
    """The list with these terms; an entry for a competency that was there before stays the same entry."""
    before = {entry.terms.competency_id: entry for entry in entries}
    return [
        revised(before[terms.competency_id], terms) if terms.competency_id in before else Entry(new_id(), terms, 1)
        for terms in wanted
    ]


def check_list(terms: Sequence[Terms], maximum: int) -> None:
    """Refuse a list that names a competency twice or is too long."""
    if len({each.competency_id for each in terms}) != len(terms):
        raise CompetencyNamedTwiceError("Name each competency once in the list.")
    if len(terms) > maximum:
        raise TooManyEntriesError(f"Keep at most {maximum} entries.")


def check_usable(
    terms: Sequence[Terms],
    retired: Mapping[str, bool],
    named_before: frozenset[str],
    pointer: Callable[[int], str],
) -> None:
    """Refuse competencies that are unknown, or retired and not named by the person before.

    `retired` has every known competency among them; `pointer` says where in the input the n-th entry stands.
    """
    errors = []
    for index, each in enumerate(terms):
        at = f"{pointer(index)}/competency_id"
        if each.competency_id not in retired:
            errors.append(FieldError(at, "unknown-competency", "There is no such competency."))
        elif retired[each.competency_id] and each.competency_id not in named_before:
            errors.append(FieldError(at, "competency-retired", "This competency is retired. Choose another one."))
    if errors:
        raise UnusableCompetencyError("Choose competencies of the organization's list.", errors=errors)
