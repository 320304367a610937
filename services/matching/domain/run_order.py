"""Which modes a program offers its runs, and what a run is after when nobody says."""

from kit.errors import FieldError, InvalidError
from services.matching.domain.engine.problem import Mode
from services.matching.domain.kinds import Format, Kind
from services.matching.domain.match_run import RunOrder
from services.matching.domain.program import ProgramDetails

SHORTEST_RING = 3


class ModeNotOfferedError(InvalidError):
    """The program's kind and format do not allow this mode."""

    code = "mode-not-offered"
    title = "The program does not offer this mode"


def default_mode(details: ProgramDetails) -> Mode:
    """What a run of such a program is after when nobody says."""
    if details.format is Format.GROUP:
        return Mode.GROUPS
    return Mode.RECIPROCAL if details.kind is Kind.RECIPROCAL else Mode.BEST_TOTAL


def offered_modes(details: ProgramDetails) -> frozenset[Mode]:
    """Groups make groups and nothing else; who came to teach and to learn at once is not matched one way."""
    if details.format is Format.GROUP:
        return frozenset({Mode.GROUPS})
    if details.kind is Kind.RECIPROCAL:
        return frozenset({Mode.RECIPROCAL, Mode.CYCLES})
    return frozenset(set(Mode) - {Mode.GROUPS})


def order_run(
    details: ProgramDetails, mode: Mode | None, *, seed: int, longest_ring: int | None, unmatched_first: bool
) -> RunOrder:
    """What is asked of a run of such a program; `ModeNotOfferedError` where it contradicts the program or itself."""
    mode = mode or default_mode(details)
    offered = offered_modes(details)
    if mode not in offered:
        raise _refused("mode", f"A run of this program is one of: {', '.join(sorted(offered))}.")
    if longest_ring is not None and mode is not Mode.CYCLES:
        raise _refused("longest_ring", "Rings are made in the mode cycles alone.")
    return RunOrder(mode, seed, longest_ring or SHORTEST_RING, unmatched_first)


def _refused(field: str, message: str) -> ModeNotOfferedError:
    return ModeNotOfferedError(message, errors=[FieldError(f"/body/{field}", ModeNotOfferedError.code, message)])
