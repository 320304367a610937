"""The solver: a pure function from an instance to matches, the same for any order of input and on any machine."""

from services.matching.domain.engine.candidates import Report
from services.matching.domain.engine.groups import group_matches
from services.matching.domain.engine.instance import Instance, Mode
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.pairs import pair_matches
from services.matching.domain.engine.plain_reciprocal import reciprocal_matches

SOLVERS = {Mode.PAIR: pair_matches, Mode.RECIPROCAL: reciprocal_matches, Mode.GROUP: group_matches}


def solve(instance: Instance, report: Report = lambda _: None) -> tuple[Match, ...]:
    """The people to propose to each other; `report` hears the share of the work that is done."""
    return SOLVERS[instance.mode](instance, report)
