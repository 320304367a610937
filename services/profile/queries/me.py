"""Read what the caller is, and what they say of how and when they work."""

import orjson

from kit.answers import Answer
from kit.database import Reader
from services.profile.domain.person import PersonNotFoundError
from services.profile.queries.people import get_person

_PREFERENCES = """
select coalesce(s.version, 0) as version, json_build_object(
    'pace', s.pace,
    'format', s.format,
    'depth', s.depth,
    'language', s.language,
    'version', coalesce(s.version, 0)
)::text as item
from people p
left join preferences s on s.organization_id = $1 and s.person_id = p.id
where p.organization_id = $1 and p.id = $2
"""

_AVAILABILITY = """
select coalesce(a.version, 0) as version, json_build_object(
    'time_zone', p.time_zone,
    'windows', coalesce((
        select json_agg(json_build_object(
            'weekday', w.value -> 0,
            'start', to_char((w.value ->> 1 || ' minutes')::interval, 'HH24:MI'),
            'end', to_char((w.value ->> 2 || ' minutes')::interval, 'HH24:MI')
        ) order by w.position)
        from jsonb_array_elements(a.windows) with ordinality as w (value, position)
    ), '[]'),
    'teaching_capacity', coalesce(a.teaching_capacity, 1),
    'learning_capacity', coalesce(a.learning_capacity, 1),
    'hours_per_month', a.hours_per_month,
    'paused_until', a.paused_until,
    'version', coalesce(a.version, 0)
)::text as item
from people p
left join availabilities a on a.organization_id = $1 and a.person_id = p.id
where p.organization_id = $1 and p.id = $2
"""


async def get_me(db: Reader) -> bytes:
    """Who the caller is: their organization, their roles and, where there is one, their person."""
    caller = db.principal
    person = b"null"
    if caller.person is not None:
        found = (await get_person(db, caller.person)).body
        person = found.encode() if isinstance(found, str) else found
    organization_id, roles = orjson.dumps(caller.organization_id), orjson.dumps(sorted(caller.roles))
    return b'{"organization_id":%b,"roles":%b,"person":%b}' % (organization_id, roles, person)


async def get_preferences(db: Reader, _: str = "") -> Answer:
    """How the caller likes to work."""
    return await _of_caller(db, _PREFERENCES)


async def get_availability(db: Reader, _: str = "") -> Answer:
    """When the caller has time, and for how many people."""
    return await _of_caller(db, _AVAILABILITY)


async def _of_caller(db: Reader, statement: str) -> Answer:
    row = await db.row(statement, db.principal.person_id)
    if row is None:
        raise PersonNotFoundError
    return Answer(row["item"], row["version"])
