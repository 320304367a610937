"""What somebody says of the people in a program: whom they would like, in order, and whom never.

It is its owner's alone. Nobody is told that they were chosen, and nothing anywhere tells that somebody was excluded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kit.errors import FieldError, InvalidError
from services.matching.domain.kinds import Role


class ChoicesInvalidError(InvalidError):
    """One of the people cannot be chosen or excluded like this."""

    code = "choices-invalid"
    title = "These people cannot be chosen like this"


@dataclass(frozen=True, slots=True)
class StatedChoices:
    """Ids of people: as teachers and as learners the best liked first, and those never to be proposed."""

    teachers: tuple[str, ...] = ()
    learners: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartChoices:
    """What was said with one participation; version 0 as long as nothing was."""

    participation_id: str
    person_id: str
    stated: StatedChoices
    version: int


def state_choices(choices: PartChoices, stated: StatedChoices, known: Mapping[str, frozenset[Role]]) -> PartChoices:
    """The choices in place of what was said before; `known` has each known person's roles in the program now."""
    faults = [
        *_of_list("teachers", stated.teachers, choices.person_id),
        *_of_list("learners", stated.learners, choices.person_id),
        *_of_list("excluded", stated.excluded, choices.person_id),
        *_without_role("teachers", stated.teachers, Role.TEACHER, known),
        *_without_role("learners", stated.learners, Role.LEARNER, known),
        *_excluded(stated, known),
    ]
    if faults:
        raise ChoicesInvalidError("Each place that is wrong is named.", errors=faults)
    if stated == choices.stated:
        return choices
    return replace(choices, stated=stated, version=choices.version + 1)


def _of_list(name: str, ids: tuple[str, ...], person_id: str) -> Iterator[FieldError]:
    for place, chosen in enumerate(ids):
        if chosen == person_id:
            yield FieldError(f"/body/{name}/{place}", "oneself", "This is yourself.")
        if chosen in ids[:place]:
            yield FieldError(f"/body/{name}/{place}", "double", f"{chosen} is in the list already.")


def _without_role(
    name: str, ids: tuple[str, ...], role: Role, known: Mapping[str, frozenset[Role]]
) -> Iterator[FieldError]:
    for place, chosen in enumerate(ids):
        if role not in known.get(chosen, frozenset()):
            message = f"{chosen} does not take part in this program as a {role}."
            yield FieldError(f"/body/{name}/{place}", f"not-a-{role}", message)


def _excluded(stated: StatedChoices, known: Mapping[str, frozenset[Role]]) -> Iterator[FieldError]:
    for place, excluded in enumerate(stated.excluded):
        if excluded not in known:
            message = f"{excluded} is nobody of this organization."
            yield FieldError(f"/body/excluded/{place}", "unknown-person", message)
        if excluded in (*stated.teachers, *stated.learners):
            message = f"{excluded} is among those whom you would like, too."
            yield FieldError(f"/body/excluded/{place}", "also-chosen", message)
