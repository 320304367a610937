"""Read a program's figures, without what would say something about few people."""

from collections import defaultdict
from typing import Any

import orjson

from kit.answers import Answer
from kit.database import Reader
from kit.errors import NotFoundError
from services.sessions.domain.program_report import Figures, program_report
from services.sessions.domain.suppression import DEFAULT_MIN_GROUP_SIZE, Cell

# Each row of `cells` is one figure: its section, its split, its name in the split, its value, and how many different
# people it is about. An empty name is the whole section.
_REPORT = """
with e as (
    select id, kind, status, activated_at from engagements where organization_id = $1 and program_id = $2
),
part as (
    select q.engagement_id, q.person_id, q.roles, e.activated_at
    from participants q join e on q.engagement_id = e.id
    where q.organization_id = $1
),
engaged as (
    select e.id, e.kind, e.status, part.person_id from e join part on part.engagement_id = e.id
),
tracked as (
    select t.id, t.direction, person_id
    from tracks t join e on t.engagement_id = e.id, unnest(array[t.teacher_id, t.learner_id]) as person_id
    where t.organization_id = $1
),
met as (
    select m.id, m.status, part.person_id
    from mentoring_sessions m join part on part.engagement_id = m.engagement_id
    where m.organization_id = $1
),
committed as (
    select c.status, c.owner_id, c.used_on - (c.created_at at time zone 'UTC')::date as days
    from commitments c join e on c.engagement_id = e.id
    where c.organization_id = $1
),
learned as (
    select l.role, l.author_id from learnings l join e on l.engagement_id = e.id where l.organization_id = $1
),
felt as (
    select f.author_id, count(*) as times, avg(f.usefulness) as usefulness, avg(f.could_disagree) as could_disagree,
        avg(f.psychosocial) as psychosocial, avg(f.instrumental) as instrumental
    from feedback f join e on f.engagement_id = e.id
    where f.organization_id = $1
    group by f.author_id
),
cells (section, split, name, value, people) as (
    select 'engagements', 'by_status', coalesce(status, ''), count(distinct id), count(distinct person_id)
    from engaged group by grouping sets ((), (status))
    union all
    select 'engagements', 'by_kind', kind, count(distinct id), count(distinct person_id) from engaged group by kind
    union all
    select 'tracks', 'by_direction', coalesce(direction, ''), count(distinct id), count(distinct person_id)
    from tracked group by grouping sets ((), (direction))
    union all
    select 'mentoring_sessions', 'by_status', coalesce(status, ''), count(distinct id), count(distinct person_id)
    from met group by grouping sets ((), (status))
    union all
    select 'commitments', 'by_status', coalesce(status, ''), count(*), count(distinct owner_id)
    from committed group by grouping sets ((), (status))
    union all
    select 'commitments', 'days_to_first_use', 'median',
        percentile_cont(0.5) within group (order by days), count(distinct owner_id)
    from committed where status = 'applied'
    union all
    select 'learnings', 'by_role', coalesce(role, ''), count(*), count(distinct author_id)
    from learned group by grouping sets ((), (role))
    union all
    select 'learnings', 'teachers', 'all', count(distinct person_id), count(distinct person_id)
    from part where 'teacher' = any(roles) and activated_at is not null
    union all
    select 'feedback', 'mean', name, mean, people
    from (
        select sum(times) as given, avg(usefulness) as usefulness, avg(could_disagree) as could_disagree,
            avg(psychosocial) as psychosocial, avg(instrumental) as instrumental, count(*) as people
        from felt
    ) every,
    lateral (values
        ('', given), ('usefulness', usefulness), ('could_disagree', could_disagree),
        ('psychosocial', psychosocial), ('instrumental', instrumental)
    ) as score (name, mean)
)
select
    p.name,
    (select o.min_group_size from organizations o where o.organization_id = $1) as min_group_size,
    (
        select json_agg(json_build_array(section, split, name, value, people))
        from cells
    )::text as cells
from programs p
where p.organization_id = $1 and p.id = $2
"""


class ProgramNotFoundError(NotFoundError):
    """There is no such program here."""

    code = "program-not-found"
    title = "The program does not exist"


async def get_program_report(db: Reader, program_id: str) -> Answer:
    """What came of a program, for its coordinators."""
    db.principal.require_role("coordinator", "org_admin")
    row = await db.row(_REPORT, program_id)
    if row is None:
        raise ProgramNotFoundError
    min_group_size = row["min_group_size"] or DEFAULT_MIN_GROUP_SIZE
    report = program_report(_figures(orjson.loads(row["cells"])), min_group_size)
    about = {"program_id": program_id, "program_name": row["name"], "min_group_size": min_group_size}
    return Answer(orjson.dumps({**about, **report}))


def _figures(cells: list[list[Any]]) -> Figures:
    figures: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
    for section, split, name, value, people in cells:
        figures[section, split][name] = Cell(value, people)
    return Figures(figures)
