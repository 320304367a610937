"""Look for people: who could help somebody, and whom they could help."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
    standing, programs = await reads.find_standing(person_id, filters.program_id, now)
    program = next((one for one in programs if one.id == filters.program_id), None)
    if filters.program_id is not None and program is None:
        raise ProgramNotFoundError
    wanted = wanted_by(filters, program, now.date())
    if standing is None or wanted is None or (program is not None and not program.is_open):
        return _NONE
    asker = Asker(standing.person, wanted, standing.similar)
    search = _Search(reads, standing, asker, programs, filters, now, await reads.layers(standing))
    chosen = await search.run()
    kind = Kind.MENTORING if program is None else program.kind
    made: dict[Aim, list[Opportunity]] = {aim: [] for aim in Aim}
    for aim, opportunity in weigh(asker, chosen, standing, programs, kind, locale):
        made[aim].append(opportunity)
    return Opportunities(made[Aim.LEARN], made[Aim.TEACH])


@dataclass(slots=True)
class _Search:
    """Looks for people in memory; who of them has no place left, or no part in the program, the database tells."""

    reads: OpportunityReads
    standing: Standing
    asker: Asker
    programs: Sequence[OpenProgram]
    filters: Filters
    now: datetime
    layers: Sequence[Layer]

    async def run(self) -> list[tuple[Aim, Candidate]]:
        """Those to show for each aim, the best first."""
        chosen: list[tuple[Aim, Candidate]] = []
        missing: Collection[Aim] = self.filters.direction.aims
        most = self.filters.limit + _SPARE
        while missing:
            found = {aim: self._look(aim, await self._among(aim, most), most) for aim in missing}
            possible = await self.reads.list_possible(found, self.filters, self.programs, self.now)
            done = [aim for aim in missing if len(possible[aim]) >= self.filters.limit or len(found[aim]) < most]
            chosen += [(aim, candidate) for aim in done for candidate in possible[aim]]
            missing, most = [aim for aim in missing if aim not in done], most * _WIDER
        return chosen

    def _look(self, aim: Aim, among: Collection[str] | None, most: int) -> list[str]:
        return [one.person_id for one in look(self.layers, self.asker, aim, self.standing.barred, among, most)]

    async def _among(self, aim: Aim, most: int) -> Collection[str] | None:
        """Everybody in the program, once it is clear that few of the best of all are; it may have many people."""
        if self.filters.program_id is None or most <= (self.filters.limit + _SPARE) * _WIDER:
            return None
        return await self.reads.list_participants(self.filters.program_id, ROLE_OF_OTHERS[aim])
