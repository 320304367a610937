"""Proposals of somebody's own making: a coordinator's, or those of a request."""

from collections.abc import Mapping

from kit.ids import Ids
from services.matching.domain.drafting import Draft, Frame, draft_by_hand
from services.matching.domain.engine.points import Conditions
from services.matching.domain.people import Person
from services.matching.domain.program import Program
from services.matching.domain.proposal import ProposalStatus, Source, Track
from services.matching.domain.similarity import shares
from services.matching.use_cases.ports import Repositories


async def conditions_of(repositories: Repositories, program: Program) -> Conditions:
    """What it is scored by: policy, topics and close competencies, and nothing that people keep to themselves."""
    terms = (await repositories.policies.get_terms(program)).terms
    close = shares(await repositories.topics.relations())
    return Conditions(terms=terms, topics=frozenset(program.details.competency_ids), similar=close)


def draft(
    program: Program,
    tracks: tuple[Track, ...],
    people: Mapping[str, Person],
    conditions: Conditions,
    source: Source,
    ids: Ids,
) -> Draft:
    """The proposal with these tracks, on offer."""
    labels = {track.competency_id: track.competency_label for track in tracks}
    frame = Frame(program.id, None, program.details.kind, ids.new, labels, source, ProposalStatus.OFFERED)
    return draft_by_hand(tracks, people, frame, conditions)
