"""Read strengths and growth areas.

A private growth area is read by `get_own_…` alone, which takes the owner from the token, and by the snapshot for
matching. Everything else goes through `get_growth_areas_of`.
"""

from kit.answers import Answer
from kit.database import Reader
from services.profile.domain.growth_areas import GrowthAreaNotFoundError
from services.profile.domain.person import PersonNotFoundError
from services.profile.domain.strengths import StrengthNotFoundError

_STRENGTH = """json_build_object(
    'id', e.id,
    'competency_id', e.competency_id,
    'competency_label', c.label,
    'level', e.level,
    'willing', e.willing,
    'formats', e.formats,
    'asset_type', e.asset_type,
    'note', e.note,
    'version', e.version,
    'created_at', rfc3339(e.created_at),
    'updated_at', rfc3339(e.updated_at)
)"""

_GROWTH_AREA = """json_build_object(
    'id', e.id,
    'competency_id', e.competency_id,
    'competency_label', c.label,
    'current_level', e.current_level,
    'target_level', e.target_level,
    'importance', e.importance,
    'visibility', e.visibility,
    'situation', e.situation,
    'version', e.version,
    'created_at', rfc3339(e.created_at),
    'updated_at', rfc3339(e.updated_at)
)"""


def _list(table: str, entry: str, visible: str) -> str:
    return f"""
        select coalesce(v.version, 0) as version, json_build_object(
            'items', coalesce((
                select json_agg({entry} order by e.id)
                from {table} e
                join competencies c on c.organization_id = $1 and c.id = e.competency_id
                where e.organization_id = $1 and e.person_id = p.id and {visible}
            ), '[]'),
            'next_cursor', null
        )::text as item
        from people p
        left join list_versions v on v.organization_id = $1 and v.person_id = p.id and v.list = '{table}'
        where p.organization_id = $1 and p.id = $2
    """  # noqa: S608 - put together from parts of our own


def _one(table: str, entry: str) -> str:
    return f"""
        select e.version, {entry}::text as item
        from {table} e
        join competencies c on c.organization_id = $1 and c.id = e.competency_id
        where e.organization_id = $1 and e.id = $2 and e.person_id = $3
    """  # noqa: S608 - put together from parts of our own


_STRENGTHS = _list("strengths", _STRENGTH, "true")
_ALL_GROWTH_AREAS = _list("growth_areas", _GROWTH_AREA, "true")
_OPEN_GROWTH_AREAS = _list("growth_areas", _GROWTH_AREA, "e.visibility = 'organization'")
_ONE_STRENGTH = _one("strengths", _STRENGTH)
_ONE_GROWTH_AREA = _one("growth_areas", _GROWTH_AREA)


async def get_own_strengths(db: Reader, _: str = "") -> Answer:
    """The caller's strengths, with the version of the list."""
    return await _person_list(db, _STRENGTHS, db.principal.person_id)


async def get_own_growth_areas(db: Reader, _: str = "") -> Answer:
    """The caller's growth areas, private ones too, with the version of the list."""
    return await _person_list(db, _ALL_GROWTH_AREAS, db.principal.person_id)


async def get_strengths_of(db: Reader, person_id: str) -> bytes | str:
    """A person's strengths, for anybody of the organization."""
    return (await _person_list(db, _STRENGTHS, person_id)).body


async def get_growth_areas_of(db: Reader, person_id: str) -> bytes | str:
    """A person's growth areas as far as they are for others.

    Without the list's version, which would tell that something private has changed.
    """
    return (await _person_list(db, _OPEN_GROWTH_AREAS, person_id)).body


async def get_own_strength(db: Reader, strength_id: str) -> Answer:
    """One of the caller's strengths."""
    row = await db.row(_ONE_STRENGTH, strength_id, db.principal.person_id)
    if row is None:
        raise StrengthNotFoundError
    return Answer(row["item"], row["version"])


async def get_own_growth_area(db: Reader, growth_area_id: str) -> Answer:
    """One of the caller's growth areas."""
    row = await db.row(_ONE_GROWTH_AREA, growth_area_id, db.principal.person_id)
    if row is None:
        raise GrowthAreaNotFoundError
    return Answer(row["item"], row["version"])


async def _person_list(db: Reader, statement: str, person_id: str) -> Answer:
    row = await db.row(statement, person_id)
    if row is None:
        raise PersonNotFoundError
    return Answer(row["item"], row["version"])
