"""What lets every process keep people in memory and agree with all others about whom to show."""

from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Table

from kit.database import Id
from services.matching.storage.tables import metadata

# How often the copy of an organization's people has changed; the row is held until the change is committed, so that
# the order of revisions is the order in which they can be seen.
people_revisions = Table(
    "people_revisions",
    metadata,
    Column("organization_id", Id, nullable=False),
    Column("revision", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id"),
)

# What it costs to be shown, by person, packed; made of the people as of a revision, for no response to tell.
opportunity_prices = Table(
    "opportunity_prices",
    metadata,
    Column("organization_id", Id, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("prices", LargeBinary, nullable=False),
    PrimaryKeyConstraint("organization_id"),
)
