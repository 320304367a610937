"""Read imports and their errors."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.profile.domain.importing.record import ImportNotFoundError

_IMPORT = """json_build_object(
    'id', i.id,
    'status', i.status,
    'dry_run', i.dry_run,
    'progress', case
        when i.finished_at is not null then 1
        else round(0.9 * i.rows_read / greatest(i.rows, 1), 2)
    end,
    'counts', json_build_object(
        'rows', i.rows,
        'created', i.created,
        'updated', i.updated,
        'unchanged', i.unchanged,
        'refused_rows', i.refused_rows,
        'pending_managers', i.pending_managers
    ),
    'mapping', i.mapping,
    'ignored_columns', i.ignored_columns,
    'refused_columns', i.refused_columns,
    'failure', i.failure,
    'version', i.version,
    'created_at', rfc3339(i.created_at),
    'updated_at', rfc3339(i.updated_at),
    'finished_at', rfc3339(i.finished_at)
)::text as item"""

_GET = f"select i.version, {_IMPORT} from imports i where i.organization_id = $1 and i.id = $2"  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_IMPORT}, i.id as sort_key, i.id
from imports i
where i.organization_id = $1
  and ($3::text is null or i.id < $4)
order by i.id desc
limit $2
"""  # noqa: S608 - put together from parts of our own

_ERRORS = """
select json_build_object(
    'row', e.row_number,
    'column', e.column_name,
    'code', e.code,
    'message', e.message
)::text as item, e.position::text as sort_key, e.import_id as id
from import_errors e
where e.organization_id = $1
  and e.import_id = $5
  and ($4::text is null or e.position > $3::text::integer)
order by e.position
limit $2
"""


async def get_import(db: Reader, import_id: str) -> Answer:
    """One import of the organization."""
    row = await db.row(_GET, import_id)
    if row is None:
        raise ImportNotFoundError
    return Answer(row["item"], row["version"])


async def list_imports(db: Reader, page: Page) -> bytes:
    """A page of the imports, the newest first."""
    return page.body(await db.rows(_LIST, *page.arguments))


async def list_import_errors(db: Reader, page: Page, import_id: str) -> bytes:
    """A page of what is wrong with the rows of an import, in the order of the rows."""
    await get_import(db, import_id)
    return page.body(await db.rows(_ERRORS, *page.arguments, import_id))
