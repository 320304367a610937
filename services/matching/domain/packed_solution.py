"""A solution as bytes, the same on any machine; nothing in them is ever run."""

import json
import zlib
from dataclasses import astuple

import numpy as np

from services.matching.domain.engine.problem import Round, Solution
from services.matching.domain.outcome import TRACK_COLUMNS

_ROW, _PRICE = np.dtype("<i4"), np.dtype("<i8")
_FAST = 1


def pack_solution(solution: Solution) -> bytes:
    """One line of what is single, then the columns, compressed."""
    rounds = [astuple(one) for one in solution.rounds]
    head = [len(solution.proposal), solution.total, solution.upper_bound, solution.solver, rounds]
    columns = [getattr(solution, name).astype(_ROW).tobytes() for name in TRACK_COLUMNS]
    prices = solution.prices.astype(_PRICE).tobytes()
    return zlib.compress(b"".join([json.dumps(head).encode(), b"\n", *columns, prices]), _FAST)


def unpack_solution(packed: bytes) -> Solution:
    """The solution of its bytes."""
    head, _, body = zlib.decompress(packed).partition(b"\n")
    tracks, total, upper_bound, solver, rounds = json.loads(head)
    size = tracks * _ROW.itemsize
    columns = {
        name: np.frombuffer(body, _ROW, tracks, place * size).astype(np.int32)
        for place, name in enumerate(TRACK_COLUMNS)
    }
    prices = np.frombuffer(body, _PRICE, offset=len(TRACK_COLUMNS) * size).astype(np.int64)
    return Solution(
        **columns,
        total=total,
        upper_bound=upper_bound,
        prices=prices,
        solver=solver,
        rounds=tuple(Round(*one) for one in rounds),
    )
