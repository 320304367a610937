"""The process that reviews what a run found: the packed problem and solution in, the review as JSON out.

It is told nothing but these, and opens no connection.
"""

import sys
from dataclasses import asdict

import orjson

from services.matching.domain.engine.hashing import from_bytes
from services.matching.domain.packed_solution import unpack_solution
from services.matching.domain.review.fairness import fairness
from services.matching.domain.review.left_out import left_out

LENGTH_BYTES = 8


def review(problem: bytes, solution: bytes) -> bytes:
    """How fair a run was and why it left whom out, as JSON."""
    read, found = from_bytes(problem), unpack_solution(solution)
    said = {"fairness": asdict(fairness(read, found)), "left_out": [asdict(one) for one in left_out(read, found)]}
    return orjson.dumps(said)


def main() -> None:
    """Review what comes in: the length of the problem, the problem, the solution."""
    sent = sys.stdin.buffer.read()
    end = LENGTH_BYTES + int.from_bytes(sent[:LENGTH_BYTES], "big")
    sys.stdout.buffer.write(review(sent[LENGTH_BYTES:end], sent[end:]))


if __name__ == "__main__":
    main()
