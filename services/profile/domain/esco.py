"""The competencies that an organization may start with: ICT skills of ESCO, the European classification."""

from collections.abc import Callable, Iterable, Mapping

from services.profile.domain.competency import MAX_DESCRIPTION, Competency, label_key


def competencies_of(rows: Iterable[Mapping[str, str]], new_id: Callable[[], str]) -> list[Competency]:
    """The rows of ESCO's table as competencies, each label once."""
    by_key: dict[str, Competency] = {}
    for row in rows:
        key = label_key(row["label"])
        if key not in by_key:
            by_key[key] = Competency(
                id=new_id(),
                label=row["label"],
                description=row["description"][:MAX_DESCRIPTION] or None,
                category=row["type"],
                source="esco",
                source_id=row["id"],
                status="approved",
                version=1,
            )
    return list(by_key.values())
