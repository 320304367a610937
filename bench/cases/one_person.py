"""The best ten of everybody for one person, with a filter and what each score is made of."""

import time

import numpy as np

from bench.instances import problem_of
from bench.measuring import Sample, measure
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.query import best_for_one, pair_parts
from services.matching.domain.engine.roster import Flags, Longs

ASKING, SHOWN = 2_000, 10


def best_ten(people: int, scenario: str) -> Sample:
    """Both questions of self-match, for many people in turn; milliseconds a question."""
    index = build_index(problem_of(people, scenario))
    # Whoever speaks the language of most.
    allowed = (index.problem.roster.languages[:, 0] & np.uint64(1)) > 0
    asking = np.random.default_rng(1).choice(people, min(ASKING, people), replace=False)
    _ask_all(index, asking[:200], allowed)
    milliseconds, sample = measure(lambda: _ask_all(index, asking, allowed))
    percentiles = np.percentile(milliseconds, np.arange(101))
    return sample.with_facts(
        people=people,
        questions=len(milliseconds),
        p50_ms=float(percentiles[50]),
        p99_ms=float(percentiles[99]),
        percentiles=percentiles.round(4).tolist(),
    )


def _ask_all(index: Index, asking: Longs, allowed: Flags) -> Longs:
    seconds = []
    for person in asking.tolist():
        for teaches in (False, True):
            began = time.perf_counter()
            rows, _ = best_for_one(index, person, teaches=teaches, allowed=allowed, most=SHOWN)
            own = np.full_like(rows, person)
            pair_parts(index, *((own, rows) if teaches else (rows, own)))
            seconds.append(time.perf_counter() - began)
    return np.array(seconds) * 1_000
