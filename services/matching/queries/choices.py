"""Read what one said oneself of the people in a program. Nobody else reads it."""

from kit.answers import Answer
from kit.database import Reader
from services.matching.domain.participation import ParticipationNotFoundError

_GET = """
select coalesce(said.version, 0) as version, json_build_object(
    'participation_id', p.id,
    'teachers', coalesce(said.teachers, '{}'),
    'learners', coalesce(said.learners, '{}'),
    'excluded', coalesce(said.excluded, '{}'),
    'version', coalesce(said.version, 0)
)::text as item
from participations p
left join participation_choices said on said.organization_id = $1 and said.participation_id = p.id
where p.organization_id = $1 and p.id = $2 and p.person_id = $3
"""


async def get_choices(db: Reader, participation_id: str) -> Answer:
    """What the caller said with their participation."""
    row = await db.row(_GET, participation_id, db.principal.person_id)
    if row is None:
        raise ParticipationNotFoundError
    return Answer(row["item"], row["version"])
