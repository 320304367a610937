"""What the other services of this system read. The snapshot alone, besides its owner, has private growth areas."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import orjson

from kit.database import Reader
from services.profile.domain.availability import DEFAULT_CAPACITY, WeeklyWindow, utc_windows
from services.profile.domain.person import PersonNotFoundError, email_key

SubjectKey = Literal["id", "external_id", "work_email"]

_SNAPSHOT = """
select p.id, p.display_name, p.employment_status = 'active' as active, p.job_title, p.reporting_level,
       p.manager_id, p.department,
       p.team, p.time_zone, p.languages, p.version, a.teaching_capacity, a.learning_capacity, a.paused_until, a.windows,
       coalesce((
           select json_agg(json_build_object(
               'id', s.id,
               'competency_id', s.competency_id,
               'competency_label', c.label,
               'level', s.level,
               'willing', s.willing,
               'asset_type', s.asset_type
           ) order by s.id)
           from strengths s
           join competencies c on c.organization_id = $1 and c.id = s.competency_id
           where s.organization_id = $1 and s.person_id = p.id
       ), '[]')::text as strengths,
       coalesce((
           select json_agg(json_build_object(
               'id', g.id,
               'competency_id', g.competency_id,
               'competency_label', c.label,
               'current_level', g.current_level,
               'target_level', g.target_level,
               'importance', g.importance,
               'visibility', g.visibility
           ) order by g.id)
           from growth_areas g
           join competencies c on c.organization_id = $1 and c.id = g.competency_id
           where g.organization_id = $1 and g.person_id = p.id
       ), '[]')::text as growth_areas
from people p
left join availabilities a on a.organization_id = $1 and a.person_id = p.id
where p.organization_id = $1 and p.id = any($2)
order by p.id
"""

_SUBJECT = "select id as person_id, employment_status = 'active' as active from people where organization_id = $1 and "
_SUBJECTS: dict[SubjectKey, str] = {
    "id": _SUBJECT + "id = $2",
    "external_id": _SUBJECT + "external_id = $2",
    "work_email": _SUBJECT + "work_email_key = $2",
}


async def get_snapshot(db: Reader, person_ids: Sequence[str], now: datetime) -> bytes:
    """Everything that matching needs of these people; those who do not exist are left out."""
    rows = await db.rows(_SNAPSHOT, person_ids)
    return orjson.dumps({"people": [_person(row, now) for row in rows]})


async def find_subject(db: Reader, key: SubjectKey, value: str) -> bytes:
    """The person whom a token speaks for."""
    row = await db.row(_SUBJECTS[key], email_key(value) if key == "work_email" else value)
    if row is None:
        raise PersonNotFoundError
    return orjson.dumps(dict(row))


def _person(row: Any, now: datetime) -> dict[str, Any]:
    windows = [WeeklyWindow(*window) for window in row["windows"] or ()]
    return {
        "id": row["id"],
        "display_name": row["display_name"],
        "active": row["active"],
        "job_title": row["job_title"],
        "reporting_level": row["reporting_level"],
        "manager_id": row["manager_id"],
        "department": row["department"],
        "team": row["team"],
        "time_zone": row["time_zone"],
        "languages": row["languages"],
        "teaching_capacity": _or_default(row["teaching_capacity"]),
        "learning_capacity": _or_default(row["learning_capacity"]),
        "paused_until": row["paused_until"],
        "windows": utc_windows(windows, row["time_zone"], now),
        "strengths": orjson.Fragment(row["strengths"]),
        "growth_areas": orjson.Fragment(row["growth_areas"]),
        "version": row["version"],
    }


def _or_default(capacity: int | None) -> int:
    return DEFAULT_CAPACITY if capacity is None else capacity
