"""Read what people want to learn and who could teach it, counted."""

from collections.abc import Sequence
from typing import Any

from kit.database import Reader
from services.matching.domain.radar import DEFAULT_MIN_GROUP_SIZE, Counted, Topic, TopicFigures, topics
from services.matching.use_cases.access import require_coordinator

# Everybody is read once; the filters only mark who is counted where, so that the differences of two answers are known.
# A title implies a competency where at least half of its holders who state any strength hold that one.
_RADAR = """
with least as (
    select coalesce((select min_group_size from organizations where organization_id = $1), $4::integer) as size
),
everybody as materialized (
    select p.id, p.job_title, p.strengths, p.growth_areas, p.teaching_capacity,
           $2::text is null or p.department = $2 as in_department,
           $3::text is null or part.person_id is not null as in_program
      from people p
      left join participations part
        on part.organization_id = $1 and part.program_id = $3 and part.person_id = p.id
     where p.organization_id = $1 and p.active
),
held as materialized (
    select e.id, e.job_title, e.teaching_capacity, e.in_department, e.in_program, s.competency_id, s.competency_label,
           s.willing
      from everybody e
     cross join jsonb_to_recordset(e.strengths) as s (competency_id text, competency_label text, willing boolean)
),
wanted as materialized (
    select e.id, e.in_department, e.in_program, g.competency_id, g.competency_label
      from everybody e
     cross join jsonb_to_recordset(e.growth_areas) as g (competency_id text, competency_label text, visibility text)
     where g.visibility <> 'private'
),
titles as (
    select e.job_title, count(*) as stated
      from everybody e
     where e.job_title is not null and jsonb_array_length(e.strengths) > 0
     group by e.job_title
),
implied as (
    select h.job_title, h.competency_id
      from held h join titles t on t.job_title = h.job_title
     group by h.job_title, h.competency_id, t.stated
    having count(*) >= (select size from least) and count(*) * 2 >= t.stated
),
hidden as (
    select i.competency_id,
           count(*) filter (where e.in_department and e.in_program) as here,
           count(*) filter (where e.in_department) as of_department,
           count(*) filter (where e.in_program) as of_program,
           count(*) as anywhere
      from implied i
      join everybody e on e.job_title = i.job_title
     where not exists (select from held h where h.id = e.id and h.competency_id = i.competency_id)
     group by i.competency_id
),
demand as (
    select w.competency_id, max(w.competency_label) as label,
           count(*) filter (where w.in_department and w.in_program) as here,
           count(*) filter (where w.in_department) as of_department,
           count(*) filter (where w.in_program) as of_program,
           count(*) as anywhere,
           count(*) filter (where w.in_department and w.in_program and since.since > $5::date - 90) as lately,
           count(*) filter (where w.in_department and w.in_program and since.since > $5::date - 180
                                  and since.since <= $5::date - 90) as before
      from wanted w
      left join wanted_topics since
        on since.organization_id = $1 and since.person_id = w.id and since.competency_id = w.competency_id
     group by w.competency_id
),
last_run as (
    select r.id from match_runs r
     where r.organization_id = $1 and r.status = 'published' and ($3::text is null or r.program_id = $3)
     order by r.id desc limit 1
),
named as (
    select h.competency_id, max(h.competency_label) as label from held h group by h.competency_id
),
supply as (
    select h.competency_id,
           count(*) filter (where h.in_department and h.in_program) as here,
           count(*) filter (where h.in_department) as of_department,
           count(*) filter (where h.in_program) as of_program,
           count(*) as anywhere,
           coalesce(sum(h.teaching_capacity) filter (where h.in_department and h.in_program), 0) as places,
           avg(coalesce(price.price, 0)) filter (where h.in_department and h.in_program
                                                 and exists (select from last_run))::bigint as price
      from held h
      left join match_run_prices price
        on price.organization_id = $1 and price.match_run_id = (select id from last_run) and price.person_id = h.id
     where h.willing and h.teaching_capacity > 0
     group by h.competency_id
)
select competency_id, coalesce(demand.label, named.label) as label,
       (select size from least) as least, places, price, lately, before,
       array[demand.here, demand.of_department, demand.of_program, demand.anywhere] as demands,
       array[supply.here, supply.of_department, supply.of_program, supply.anywhere] as supplies,
       array[hidden.here, hidden.of_department, hidden.of_program, hidden.anywhere] as hiddens
  from demand full join supply using (competency_id) full join hidden using (competency_id)
  left join named using (competency_id)
"""

_WANTED_OF_ME = """
with least as (
    select coalesce((select min_group_size from organizations where organization_id = $1), $3::integer) as size
),
everybody as materialized (
    select p.id, p.job_title, p.strengths, p.growth_areas from people p where p.organization_id = $1 and p.active
),
me as (select * from everybody where id = $2),
held as (
    select s.competency_id, s.competency_label
      from me cross join jsonb_to_recordset(me.strengths) as s (competency_id text, competency_label text)
),
colleagues as materialized (
    select e.id, e.strengths from everybody e join me on e.job_title = me.job_title
     where e.id <> me.id and jsonb_array_length(e.strengths) > 0
),
implied as (
    select s.competency_id, max(s.competency_label) as competency_label
      from colleagues c
     cross join jsonb_to_recordset(c.strengths) as s (competency_id text, competency_label text)
     where s.competency_id not in (select competency_id from held)
     group by s.competency_id
    having count(*) >= (select size from least) and count(*) * 2 >= (select count(*) from colleagues)
),
mine as (
    select competency_id, competency_label, true as stated from held
    union all
    select competency_id, competency_label, false from implied
),
wanted as (
    select g.competency_id, count(*) as people
      from everybody e
     cross join jsonb_to_recordset(e.growth_areas) as g (competency_id text, visibility text)
     where g.visibility <> 'private' and e.id <> $2
       and g.competency_id in (select competency_id from mine)
     group by g.competency_id
)
select json_build_object('items', coalesce(json_agg(json_build_object(
    'competency_id', mine.competency_id,
    'competency_label', mine.competency_label,
    'stated', mine.stated,
    'wanted_by', case when wanted.people >= (select size from least) then wanted.people end
) order by mine.stated desc, coalesce(wanted.people, 0) >= (select size from least) desc, mine.competency_label), '[]'),
'min_group_size', (select size from least))::text as item
from mine left join wanted using (competency_id)
"""


async def get_radar(
    db: Reader, department: str | None, program_id: str | None, today: Any
) -> tuple[Sequence[Topic], int]:
    """The radar of the organization, of a department or of a program, and the least number of people in a figure."""
    require_coordinator(db.principal)
    await db.take_time()
    rows = await db.rows(_RADAR, department, program_id, DEFAULT_MIN_GROUP_SIZE, today)
    least: int = rows[0]["least"] if rows else DEFAULT_MIN_GROUP_SIZE
    return topics([_figures(row) for row in rows], least), least


async def get_wanted_of_me(db: Reader) -> bytes:
    """What the caller could teach, and how many want to learn it."""
    row = await db.row(_WANTED_OF_ME, db.principal.person, DEFAULT_MIN_GROUP_SIZE)
    assert row is not None, "an aggregate has one row"
    body: str = row["item"]
    return body.encode()


def _figures(row: Any) -> TopicFigures:
    return TopicFigures(
        competency_id=row["competency_id"],
        label=row["label"],
        demand=_counted(row["demands"]),
        teachers=_counted(row["supplies"]),
        places=row["places"] or 0,
        implied=_counted(row["hiddens"]),
        newly_wanted=row["lately"] or 0,
        newly_wanted_before=row["before"] or 0,
        price=row["price"],
    )


def _counted(numbers: Sequence[int | None]) -> Counted:
    here, *wider = (number or 0 for number in numbers)
    return Counted(here, tuple(wider))
