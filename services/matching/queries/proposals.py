"""Read proposals, as far as the reader may see them.

A participant reads what they were offered: their own side's explanation, no decline but their own, and of a discreet
track no competency before all have accepted. A coordinator reads every proposal, but no competency of a discreet track.
An explanation is put into words here, out of the stored reasons and of the tracks as they are shown to the reader.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import orjson

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.explanation import Explanation, explain
from services.matching.domain.explanation_reader import Audience, ShownTrack
from services.matching.domain.proposal import ProposalNotFoundError
from services.matching.domain.reasons import restored
from services.matching.queries.proposal_view import MESSAGE, MINE, PARTICIPANTS, TRACKS
from services.matching.use_cases.access import coordinates

_PROPOSAL = f"""
json_build_object(
    'id', p.id,
    'program_id', p.program_id,
    'match_run_id', p.match_run_id,
    'kind', p.kind,
    'status', shown.status,
    'source', p.source,
    'score', p.score,
    'explanation', p.reasons,
    'participants', {PARTICIPANTS},
    'tracks', {TRACKS},
    'message', {MESSAGE},
    'offered_at', rfc3339(p.offered_at),
    'expires_at', rfc3339(p.expires_at),
    'version', shown.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(shown.updated_at)
)::text
"""

_GET = f"""
select shown.version, mine.person_id as reader_id, {_PROPOSAL} as item
from proposals p left join {MINE}
    and p.id = $3 and ($4 or mine.person_id is not null)
"""  # noqa: S608 - put together from parts of our own

_LISTED = """
    and ($4::text is null or p.id < $4)
    and ($5::text is null or p.program_id = $5)
    and ($6::text is null or p.match_run_id = $6)
    and ($7::text is null or shown.status = $7)
order by p.id desc
limit $3
"""

_LIST_MINE = f"""
select {_PROPOSAL} as item, mine.person_id as reader_id, '' as sort_key, p.id
from proposals p join {MINE} {_LISTED}
"""  # noqa: S608 - put together from parts of our own

_LIST_ALL = f"""
select {_PROPOSAL} as item, mine.person_id as reader_id, '' as sort_key, p.id
from proposals p left join {MINE} {_LISTED}
"""  # noqa: S608 - put together from parts of our own


def proposal_in(locale: str) -> Callable[[Reader, str], Awaitable[Answer]]:
    """Reads one proposal with its explanation in this locale, as commands answer with it."""
    return partial(get_proposal, locale=locale)


async def get_proposal(db: Reader, proposal_id: str, *, locale: str) -> Answer:
    """One proposal."""
    row = await _get(db, db.principal.person, proposal_id)
    return Answer(_in_words(row, locale), row["version"], language=locale)


async def get_explanation(db: Reader, proposal_id: str, audience: Audience | None, *, locale: str) -> Answer:
    """Why a proposal was made, for one side that the caller is on; without an audience as in the proposal itself."""
    for_coordinators = audience is Audience.COORDINATOR and coordinates(db.principal)
    row = await _get(db, None if for_coordinators else db.principal.person, proposal_id)
    item = orjson.loads(row["item"])
    explanation = _explained(item, row["reader_id"], locale, audience)
    body = {"proposal_id": item["id"], "score": item["score"], "explanation": explanation}
    return Answer(orjson.dumps(body), language=locale)


async def list_proposals(
    db: Reader, page: Page, program_id: str | None, match_run_id: str | None, status: str | None, *, locale: str
) -> bytes:
    """The caller's proposals, the newest first; for coordinators those of a program or of a match run."""
    everybodys = coordinates(db.principal) and (program_id is not None or match_run_id is not None)
    person_id = db.principal.person if everybodys else db.principal.person_id
    statement = _LIST_ALL if everybodys else _LIST_MINE
    rows = await db.rows(statement, person_id, page.limit + 1, page.after_id, program_id, match_run_id, status)
    return page.body([{**row, "item": _in_words(row, locale)} for row in rows])


async def _get(db: Reader, person_id: str | None, proposal_id: str) -> Any:
    row = await db.row(_GET, person_id, proposal_id, coordinates(db.principal))
    if row is None:
        raise ProposalNotFoundError
    return row


def _in_words(row: Any, locale: str) -> str:
    item = orjson.loads(row["item"])
    item["explanation"] = _explained(item, row["reader_id"], locale)
    return orjson.dumps(item).decode()


def _explained(item: Any, reader_id: str | None, locale: str, audience: Audience | None = None) -> Explanation:
    tracks = [
        ShownTrack(one["teacher_id"], one["learner_id"], one["competency_id"], one["competency_label"])
        for one in item["tracks"]
    ]
    return explain(item["kind"], tracks, restored(item["explanation"]), reader_id, locale, audience)
