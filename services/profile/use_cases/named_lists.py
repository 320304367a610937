"""Keep the lists in which a person names competencies: strengths and growth areas.

Only the owner changes them; who the owner is comes from the token.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from kit.answers import Answer, check_version
from kit.errors import NotFoundError
from kit.identity import Principal
from kit.ids import Ids
from services.profile.domain.growth_areas import (
    MAX_GROWTH_AREAS,
    GrowthAreaNotFoundError,
    GrowthAreaTerms,
    check_levels,
)
from services.profile.domain.named_competencies import Entry, Terms, check_list, check_usable, replaced, revised
from services.profile.domain.person import PERSON_CHANGED
from services.profile.domain.strengths import MAX_STRENGTHS, StrengthNotFoundError, StrengthTerms
from services.profile.use_cases.ports import EntryList, UnitOfWork

T = TypeVar("T", bound=Terms)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """One kind of list: where it is kept, and its rules."""

    prefix: str
    path: str
    maximum: int
    entries: Callable[[UnitOfWork], EntryList[T]]
    check: Callable[[T, str], None]
    not_found: type[NotFoundError]


STRENGTHS: Kept[StrengthTerms] = Kept(
    prefix="str",
    path="/v1/me/strengths",
    maximum=MAX_STRENGTHS,
    entries=lambda uow: uow.strengths,
    check=lambda _terms, _pointer: None,
    not_found=StrengthNotFoundError,
)
GROWTH_AREAS: Kept[GrowthAreaTerms] = Kept(
    prefix="gro",
    path="/v1/me/growth-areas",
    maximum=MAX_GROWTH_AREAS,
    entries=lambda uow: uow.growth_areas,
    check=check_levels,
    not_found=GrowthAreaNotFoundError,
)


async def replace_list(
    kept: Kept[T], uow: UnitOfWork, caller: Principal, wanted: Sequence[T], seen: int, ids: Ids
) -> Answer:
    """Put a whole list in the place of what was there."""
    person_id = caller.person_id
    async with uow:
        version, before = await _list_of(kept, uow, person_id)
        check_version(seen, version)
        after = replaced(before, wanted, lambda: ids.new(kept.prefix))
        await _save(kept, uow, person_id, before, after, wanted, lambda index: f"/body/items/{index}")
        return await uow.answer(person_id)


async def add(kept: Kept[T], uow: UnitOfWork, caller: Principal, terms: T, ids: Ids) -> Answer:
    """Name one more competency."""
    person_id = caller.person_id
    async with uow:
        _, before = await _list_of(kept, uow, person_id)
        entry = Entry(ids.new(kept.prefix), terms, 1)
        await _save(kept, uow, person_id, before, [*before, entry], [terms], lambda _: "/body")
        return await uow.answer(entry.id, status=201, location=f"{kept.path}/{entry.id}")


async def change(
    kept: Kept[T], uow: UnitOfWork, caller: Principal, entry_id: str, values: Mapping[str, Any], seen: int
) -> Answer:
    """Change what the owner says of one competency; `values` has the fields that were sent."""
    person_id = caller.person_id
    async with uow:
        _, before = await _list_of(kept, uow, person_id)
        entry = _find(kept, before, entry_id)
        check_version(seen, entry.version)
        terms = replace(entry.terms, **values)  # type: ignore[type-var]  # terms are dataclasses
        after = [revised(each, terms) if each.id == entry_id else each for each in before]
        await _save(kept, uow, person_id, before, after, [terms], lambda _: "/body")
        return await uow.answer(entry_id)


async def remove(kept: Kept[T], uow: UnitOfWork, caller: Principal, entry_id: str, seen: int) -> Answer:
    """Name one competency no longer."""
    person_id = caller.person_id
    async with uow:
        _, before = await _list_of(kept, uow, person_id)
        check_version(seen, _find(kept, before, entry_id).version)
        after = [each for each in before if each.id != entry_id]
        await _save(kept, uow, person_id, before, after, [], lambda _: "/body")
        return await uow.no_content()


async def _list_of(kept: Kept[T], uow: UnitOfWork, person_id: str) -> tuple[int, list[Entry[T]]]:
    await uow.people.require(person_id)
    return await kept.entries(uow).get(person_id)


def _find(kept: Kept[T], entries: Sequence[Entry[T]], entry_id: str) -> Entry[T]:
    found = next((entry for entry in entries if entry.id == entry_id), None)
    if found is None:
        raise kept.not_found
    return found


async def _save(
    kept: Kept[T],
    uow: UnitOfWork,
    person_id: str,
    before: Sequence[Entry[T]],
    after: Sequence[Entry[T]],
    said: Sequence[T],
    pointer: Callable[[int], str],
) -> None:
    """Check what was said and the list that comes of it, then store it and tell those who match."""
    if list(before) == list(after):
        return
    check_list([entry.terms for entry in after], kept.maximum)
    for index, terms in enumerate(said):
        kept.check(terms, pointer(index))
    retired = await uow.competencies.retired(terms.competency_id for terms in said)
    check_usable(said, retired, frozenset(entry.terms.competency_id for entry in before), pointer)
    await kept.entries(uow).save(person_id, before, after)
    await uow.events.append(PERSON_CHANGED, person_id, {})
