"""Look for people: who could help somebody, and whom they could help."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.matching.domain.crowd_asker import Asker
from services.matching.domain.kinds import Kind
from services.matching.domain.opportunities import (
    ROLE_OF_OTHERS,
    Candidate,
    Filters,
    Layer,
    OpenProgram,
    Opportunity,
    Standing,
    is_possible,
    look,
    wanted_by,
    weigh,
)
from services.matching.domain.program import ProgramNotFoundError
from services.matching.domain.request import Aim
from services.matching.use_cases.ports_opportunities import OpportunityReads

_SPARE = 6
"""How many more are looked for at first, in case that some have no place left."""
_WIDER = 8


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Who could help, and who could be helped; the best to ask first."""

    learn: Sequence[Opportunity]
    teach: Sequence[Opportunity]


_NONE = Opportunities((), ())


async def find_opportunities(
    reads: OpportunityReads, person_id: str, filters: Filters, locale: str, now: datetime
) -> Opportunities:
    """The opportunities of somebody at this moment."""
    standing = await reads.find_standing(person_id, now)
    programs = await reads.list_programs(person_id, filters.program_id)
    program = next((one for one in programs if one.id == filters.program_id), None)
    if filters.program_id is not None and program is None:
        raise ProgramNotFoundError
    wanted = wanted_by(filters, program, now.date())
    if standing is None or wanted is None or (program is not None and not program.is_open):
        return _NONE
    asker = Asker(standing.person, wanted, standing.similar)
    search = _Search(reads, standing, asker, programs, program, filters.limit, now, await reads.layers(standing))
    chosen = {aim: await search.run(aim) for aim in filters.direction.aims}
    pairs = [(aim, candidate) for aim, candidates in chosen.items() for candidate in candidates]
    kind = Kind.MENTORING if program is None else program.kind
    made = weigh(asker, pairs, standing, programs, kind, locale)
    by_aim: dict[Aim, list[Opportunity]] = {aim: [] for aim in Aim}
    for (aim, _), opportunity in zip(pairs, made, strict=True):
        if opportunity is not None:
            by_aim[aim].append(opportunity)
    return Opportunities(by_aim[Aim.LEARN], by_aim[Aim.TEACH])


@dataclass(slots=True)
class _Search:
    """Looks for people in memory, and drops those who turn out to have no place left, or no part in the program."""

    reads: OpportunityReads
    standing: Standing
    asker: Asker
    programs: Sequence[OpenProgram]
    program: OpenProgram | None
    limit: int
    now: datetime
    layers: Sequence[Layer]
    known: dict[str, Candidate] = field(default_factory=dict)

    async def run(self, aim: Aim) -> list[Candidate]:
        """Those to show, the best first."""
        most, among = self.limit + _SPARE, None
        while True:
            found = [one.person_id for one in look(self.layers, self.asker, aim, self.standing.barred, among, most)]
            await self._get_to_know(found)
            possible = [
                candidate
                for one in found
                if (candidate := self.known.get(one)) and is_possible(candidate, aim, self.program, self.now.date())
            ]
            if len(possible) >= self.limit or len(found) < most:
                return possible[: self.limit]
            most, among = most * _WIDER, await self._participants(aim)

    async def _participants(self, aim: Aim) -> Collection[str] | None:
        if self.program is None:
            return None
        return await self.reads.list_participants(self.program.id, ROLE_OF_OTHERS[aim])

    async def _get_to_know(self, people: Sequence[str]) -> None:
        new = [one for one in people if one not in self.known]
        if new:
            ids = [program.id for program in self.programs]
            self.known |= await self.reads.list_candidates(new, ids, self.now)
