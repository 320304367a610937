"""What is known of competencies and of the organization beside its people."""

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text

from kit.database import Id
from services.matching.storage.tables import metadata


def _organization_id() -> Column[str]:
    return Column("organization_id", Id, nullable=False)


# Profile's relations of competencies; a related pair has a row in each direction.
competency_relations = Table(
    "competency_relations",
    metadata,
    _organization_id(),
    Column("competency_id", Id, nullable=False),
    Column("other_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("organization_id", "competency_id", "other_id"),
    Index("ix_competency_relations_organization_id_other_id", "organization_id", "other_id"),
)

# Since when somebody has openly wanted to learn something. A private growth area is never here.
wanted_topics = Table(
    "wanted_topics",
    metadata,
    _organization_id(),
    Column("person_id", Id, nullable=False),
    Column("competency_id", Id, nullable=False),
    Column("since", Date, nullable=False),
    PrimaryKeyConstraint("organization_id", "person_id", "competency_id"),
    Index("ix_wanted_topics_organization_id_competency_id", "organization_id", "competency_id"),
)

# How many people a figure must be about, as the organization says it in profile.
organizations = Table(
    "organizations",
    metadata,
    _organization_id(),
    Column("min_group_size", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id"),
)
