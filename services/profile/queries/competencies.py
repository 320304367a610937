"""Read and search competencies."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.profile.domain.competency import CompetencyNotFoundError, label_key

_COMPETENCY = """json_build_object(
    'id', c.id,
    'label', c.label,
    'description', c.description,
    'category', c.category,
    'source', c.source,
    'source_id', c.source_id,
    'status', c.status,
    'broader', array(
        select r.other_id from competency_relations r
        where r.organization_id = $1 and r.competency_id = c.id and r.kind = 'broader' order by r.other_id
    ),
    'related', array(
        select r.other_id from competency_relations r
        where r.organization_id = $1 and r.competency_id = c.id and r.kind = 'related' order by r.other_id
    ),
    'version', c.version,
    'created_at', rfc3339(c.created_at),
    'updated_at', rfc3339(c.updated_at)
)::text as item"""

_GET = f"select c.version, {_COMPETENCY} from competencies c where c.organization_id = $1 and c.id = $2"  # noqa: S608 - put together from parts of our own

# The upper bound is the prefix followed by the largest character, so that the index on the key serves the range.
_LIST = f"""
select {_COMPETENCY}, c.label_key as sort_key, c.id
from competencies c
where c.organization_id = $1
  and ($3::text is null or (c.label_key, c.id) > ($3, $4::text))
  and ($5::text is null or (c.label_key >= $5 and c.label_key < $5 || chr(1114111)))
  and ($6::text is null or c.status = $6)
order by c.label_key, c.id
limit $2
"""  # noqa: S608 - put together from parts of our own

# How much of the text a label must have: less than by default, so that a slip of the pen in a short word is forgiven.
_TOLERANT = "select set_config('pg_trgm.word_similarity_threshold', '0.4', true) where $1::text is not null"

# The distance is written so that its order as text is its order as a number.
_SIMILAR = f"""
select {_COMPETENCY}, found.sort_key, c.id
from competencies c,
     lateral (
         select public.word_similarity($5, c.label_key) + public.similarity($5, c.label_key) as likeness
     ) compared,
     lateral (select to_char(1 - likeness / 2, 'FM0.000000') as sort_key) found
where c.organization_id = $1
  and $5 operator(public.<%) c.label_key
  and ($3::text is null or (found.sort_key, c.id) > ($3, $4::text))
  and ($6::text is null or c.status = $6)
order by found.sort_key, c.id
limit $2
"""  # noqa: S608 - put together from parts of our own


async def get_competency(db: Reader, competency_id: str) -> Answer:
    """One competency of the organization."""
    row = await db.row(_GET, competency_id)
    if row is None:
        raise CompetencyNotFoundError
    return Answer(row["item"], row["version"])


async def list_competencies(db: Reader, page: Page, *, prefix: str | None, status: str | None) -> bytes:
    """A page of the competencies whose label begins so, by label."""
    key = None if prefix is None else label_key(prefix)
    return page.body(await db.rows(_LIST, *page.arguments, key, status))


async def list_similar_competencies(db: Reader, page: Page, *, text: str, status: str | None) -> bytes:
    """A page of the competencies whose label is like the text, the likest first."""
    await db.rows(_TOLERANT)
    return page.body(await db.rows(_SIMILAR, *page.arguments, label_key(text), status))
