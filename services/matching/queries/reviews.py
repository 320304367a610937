"""Read how fair runs were, whom they left out and why, and what two runs have different."""

from typing import Any

import orjson

from kit.answers import Answer
from kit.database import Reader
from kit.errors import ConflictError
from kit.pagination import Page
from services.matching.domain.match_run import MatchRunNotFoundError
from services.matching.domain.radar import DEFAULT_MIN_GROUP_SIZE
from services.matching.domain.review.suppression import hidden
from services.matching.domain.words.locales import LOCALES
from services.matching.use_cases.access import require_coordinator


class ReviewPendingError(ConflictError):
    """The run has found nothing yet, or is still being looked at."""

    code = "review-pending"
    title = "The match run has not been reviewed"


# Who learns in a run, by its proposals, and who was left out.
_LEARNERS = """
select distinct track.learner_id as person_id, true as matched
  from proposals p cross join jsonb_to_recordset(p.tracks) as track (learner_id text)
 where p.organization_id = $1 and p.match_run_id = $2
union all
select person_id, false from match_run_left_out where organization_id = $1 and match_run_id = $2
"""

_FAIRNESS = f"""
with learner as materialized ({_LEARNERS}),
grouped as (
    select 'department' as attribute, person.department as name, count(*) as learners,
           count(*) filter (where learner.matched) as matched
      from learner join people person on person.organization_id = $1 and person.id = learner.person_id
     where person.department is not null group by person.department
    union all
    select 'reporting_level', person.reporting_level::text, count(*), count(*) filter (where learner.matched)
      from learner join people person on person.organization_id = $1 and person.id = learner.person_id
     where person.reporting_level is not null group by person.reporting_level
)
select r.id, r.status, review.figures::text as figures,
       coalesce((select min_group_size from organizations where organization_id = $1), $3::integer) as least,
       (select json_agg(json_build_array(attribute, name, learners, matched) order by attribute, name)
          from grouped)::text as grouped
  from match_runs r
  left join match_run_reviews review on review.organization_id = $1 and review.match_run_id = r.id
 where r.organization_id = $1 and r.id = $2
"""  # noqa: S608 - put together from parts of our own

_LEFT_OUT = """
select case when found.person_id is not null then json_build_object(
           'person_id', found.person_id, 'code', found.code, 'rule', found.rule, 'short_by', found.short_by
       )::text end as item, '' as sort_key, found.person_id as id
  from match_runs r
  left join lateral (
       select * from match_run_left_out
        where organization_id = $1 and match_run_id = r.id and ($4::text is null or person_id > $4)
        order by person_id
        limit $3
  ) found on true
 where r.organization_id = $1 and r.id = $2
 order by found.person_id
"""

_OUTCOME = f"""
with learner as materialized ({_LEARNERS})
select left_out.code, left_out.rule, left_out.short_by,
       (select bool_or(matched) from learner where person_id = $3) as matched
  from match_runs r
  join participations part
    on part.organization_id = $1 and part.program_id = r.program_id and part.person_id = $3
  left join match_run_left_out left_out
    on left_out.organization_id = $1 and left_out.match_run_id = r.id and left_out.person_id = $3
 where r.organization_id = $1 and r.id = $2 and r.status = 'published'
"""  # noqa: S608 - put together from parts of our own

_COMPARED = """
with track as (
    select p.match_run_id, t.learner_id, p.score
      from proposals p cross join jsonb_to_recordset(p.tracks) as t (learner_id text)
     where p.organization_id = $1 and p.match_run_id in ($2, $3)
),
one as (select learner_id, max(score) as score from track where match_run_id = $2 group by learner_id),
other as (select learner_id, max(score) as score from track where match_run_id = $3 group by learner_id),
both_ as materialized (
    select learner_id, one.score as before, other.score as after,
           coalesce(other.score, 0) - coalesce(one.score, 0) as change
      from one full join other using (learner_id)
)
select (select count(*) from match_runs r where r.organization_id = $1 and r.id in ($2, $3)) as runs,
       (select count(distinct r.program_id) from match_runs r
         where r.organization_id = $1 and r.id in ($2, $3)) as programs,
       json_build_object(
           'gaining', count(*) filter (where change > 0),
           'losing', count(*) filter (where change < 0),
           'unchanged', count(*) filter (where change = 0),
           'newly_matched', count(*) filter (where before is null),
           'no_longer_matched', count(*) filter (where after is null),
           'total_before', coalesce(sum(before), 0),
           'total_after', coalesce(sum(after), 0),
           'greatest_gains', (
               select coalesce(json_agg(json_build_object(
                   'person_id', learner_id, 'score_before', before, 'score_after', after
               ) order by change desc, learner_id), '[]')
               from (select * from both_ where change > 0 order by change desc, learner_id limit $4) gains
           ),
           'greatest_losses', (
               select coalesce(json_agg(json_build_object(
                   'person_id', learner_id, 'score_before', before, 'score_after', after
               ) order by change, learner_id), '[]')
               from (select * from both_ where change < 0 order by change, learner_id limit $4) losses
           )
       )::text as item
  from both_
"""
LISTED_CHANGES = 100


class RunsNotComparableError(ConflictError):
    """The runs are of different programs."""

    code = "runs-not-comparable"
    title = "The match runs cannot be compared"


async def get_fairness(db: Reader, match_run_id: str) -> Answer:
    """How fair a run was."""
    require_coordinator(db.principal)
    row = await db.row(_FAIRNESS, match_run_id, DEFAULT_MIN_GROUP_SIZE)
    if row is None:
        raise MatchRunNotFoundError
    if row["figures"] is None:
        raise ReviewPendingError("Ask again in a few seconds, once the run is ready for review.")
    groups: list[tuple[str, str, int, int]] = orjson.loads(row["grouped"] or b"[]")
    coverage = {
        f"coverage_by_{attribute}": _coverage([group for group in groups if group[0] == attribute], row["least"])
        for attribute in ("department", "reporting_level")
    }
    figures = orjson.loads(row["figures"])
    return Answer(orjson.dumps({"match_run_id": row["id"], **figures, **coverage, "min_group_size": row["least"]}))


async def list_left_out(db: Reader, page: Page, match_run_id: str, locale: str) -> bytes:
    """Whom a run left out, and why."""
    require_coordinator(db.principal)
    rows = await db.rows(_LEFT_OUT, match_run_id, page.limit + 1, page.after_id)
    if not rows:
        raise MatchRunNotFoundError
    told = [
        {**row, "item": orjson.dumps(_with_words(orjson.loads(row["item"]), "coordinator", locale)).decode()}
        for row in rows
        if row["item"] is not None
    ]
    return page.body(told)


async def get_outcome(db: Reader, match_run_id: str, locale: str) -> Answer:
    """What a published run found for the caller."""
    row = await db.row(_OUTCOME, match_run_id, db.principal.person)
    if row is None:
        raise MatchRunNotFoundError
    reason = None
    if row["code"] is not None and not row["matched"]:
        reason = _with_words({name: row[name] for name in ("code", "rule", "short_by")}, "learner", locale)
    return Answer(orjson.dumps({"matched": bool(row["matched"]), "reason": reason}), language=locale)


async def compare(db: Reader, one: str, other: str) -> bytes:
    """Who gains and who loses by the second run instead of the first."""
    require_coordinator(db.principal)
    row = await db.row(_COMPARED, one, other, LISTED_CHANGES)
    assert row is not None, "an aggregate has one row"
    if row["runs"] < len({one, other}):
        raise MatchRunNotFoundError
    if row["programs"] > 1:
        raise RunsNotComparableError("Compare runs of one program.")
    body: str = row["item"]
    return body.encode()


def _coverage(groups: list[tuple[str, str, int, int]], least: int) -> list[dict[str, Any]]:
    left_out = hidden({name: learners for _, name, learners, _ in groups}, least)
    return [
        {
            "name": name,
            "learners": None if name in left_out else learners,
            "matched": None if name in left_out else matched,
        }
        for _, name, learners, matched in groups
    ]


def _with_words(reason: dict[str, Any], reader: str, locale: str) -> dict[str, Any]:
    words, code = LOCALES[locale], reason["code"]
    if code is None:
        return {**reason, "text": None, "change": None}
    form = f"{code}-{reason['rule']}" if reason["rule"] else code
    facts = {"points": words.points(reason["short_by"] or 0)}
    change = f"change_{form}".replace("-", "_")
    return {
        **reason,
        "text": words.sentence(form.replace("-", "_"), reader, **facts),
        "change": words.sentence(change, reader, **facts),
    }
