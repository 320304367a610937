"""How competencies relate: broader ones, and ones that are related; whoever holds one knows part of the other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kit.errors import FieldError, InvalidError

MAX_RELATIONS = 50


class RelationsInvalidError(InvalidError):
    """The relations contradict each other, or name what cannot be named."""

    code = "relations-invalid"
    title = "The relations do not fit together"


class BroaderCycleError(InvalidError):
    """A competency that is broader than itself, by whatever way round."""

    code = "broader-cycle"
    title = "The broader competencies would form a cycle"


@dataclass(frozen=True, slots=True)
class Relations:
    """What one competency is part of, and what it stands beside; the latter holds in both directions."""

    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


def check_relations(competency_id: str, relations: Relations, retired: Mapping[str, bool]) -> None:
    """Refuse itself, doubles, and what is unknown or retired; `retired` has every known competency among them."""
    errors = []
    named: set[str] = set()
    for field, ids in (("broader", relations.broader), ("related", relations.related)):
        for index, other in enumerate(ids):
            at = f"/body/{field}/{index}"
            if other == competency_id:
                errors.append(FieldError(at, "relation-to-itself", "Name another competency."))
            elif other in named:
                errors.append(FieldError(at, "named-twice", "Name each competency once."))
            elif retired.get(other, True):
                errors.append(FieldError(at, "unusable-competency", "There is no such competency in use."))
            named.add(other)
    if errors:
        raise RelationsInvalidError("Name other competencies of the organization's list, each once.", errors=errors)


def check_no_cycle(competency_id: str, broader: Iterable[str], above: Mapping[str, Collection[str]]) -> None:
    """`BroaderCycleError` if one of these is, by `above` (the broader ones of each other), below the competency."""
    for index, other in enumerate(broader):
        seen, waiting = {other}, [other]
        while waiting:
            for further in above.get(waiting.pop(), ()):
                if further == competency_id:
                    error = FieldError(f"/body/broader/{index}", BroaderCycleError.code, "It is narrower than this.")
                    raise BroaderCycleError("Leave out what is narrower than this competency.", errors=[error])
                if further not in seen:
                    seen.add(further)
                    waiting.append(further)
