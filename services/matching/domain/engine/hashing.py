"""A problem as bytes, and its fingerprint: the same on every machine, and no code in them.

The bytes are a line of JSON (the scalars, the ids, and the name, type and shape of each column), then the columns in
little-endian order, all deflated. The fingerprint is taken before, and without the seed.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.problem import Choices, GroupSize, Mode, Problem
from services.matching.domain.engine.roster import GrowthAreas, Roster, Similarity, Strengths
from services.matching.domain.policy import HardRules, LevelBand, Terms, Weights

Column = npt.NDArray[Any]
_QUICK = 1


def snapshot_hash(problem: Problem) -> str:
    """A fingerprint of all facts but the seed: equal hashes and seeds give equal proposals."""
    digest = sha256()
    for part in _plain(problem, seed=None):
        digest.update(part)
    return digest.hexdigest()


def to_bytes(problem: Problem) -> bytes:
    """The problem, to be kept or sent."""
    packing = zlib.compressobj(_QUICK)
    packed = [packing.compress(part) for part in _plain(problem, seed=problem.seed)]
    return b"".join([*packed, packing.flush()])


def from_bytes(packed: bytes) -> Problem:
    """The problem that was packed."""
    plain = zlib.decompress(packed)
    end = plain.index(b"\n")
    head = json.loads(plain[:end])
    columns: dict[str, Column] = {}
    place = end + 1
    for name, kind, shape in head["columns"]:
        column = np.frombuffer(plain, dtype=kind, count=int(np.prod(shape)), offset=place).reshape(shape)
        columns[name] = column.astype(column.dtype.newbyteorder("="))
        place += column.nbytes
    terms, roster = head["terms"], _group(columns, "roster.")
    band = terms["rules"].pop("level_band")
    return Problem(
        mode=Mode(head["mode"]),
        seed=head["seed"],
        terms=Terms(
            weights=Weights(**terms["weights"]),
            rules=HardRules(**terms["rules"], level_band=None if band is None else LevelBand(**band)),
            max_gap=terms["max_gap"],
        ),
        roster=Roster(
            ids=tuple(head["ids"]),
            competency_ids=tuple(head["competency_ids"]),
            strengths=Strengths(**_group(roster, "strengths.")),
            growth_areas=GrowthAreas(**_group(roster, "growth_areas.")),
            similarity=Similarity(**_group(roster, "similarity.")),
            **_own(roster),
        ),
        choices=Choices(**_group(columns, "choices.")),
        group_size=GroupSize(**head["group_size"]),
        longest_ring=head["longest_ring"],
        **_own(columns),
    )


def _plain(problem: Problem, seed: int | None) -> Iterator[bytes]:
    columns = dict(_columns(problem, ""))
    head = {
        "mode": problem.mode,
        "seed": seed,
        "terms": asdict(problem.terms),
        "group_size": asdict(problem.group_size),
        "longest_ring": problem.longest_ring,
        "ids": problem.roster.ids,
        "competency_ids": problem.roster.competency_ids,
        "columns": [(name, column.dtype.str, column.shape) for name, column in columns.items()],
    }
    yield json.dumps(head, separators=(",", ":")).encode() + b"\n"
    for column in columns.values():
        yield column.tobytes()


def _columns(part: Any, prefix: str) -> Iterator[tuple[str, Column]]:
    """All columns inside a dataclass with their names, those of its parts too, little-endian."""
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            yield prefix + field.name, value.astype(value.dtype.newbyteorder("<"), copy=False)
        elif field.name in {"roster", "strengths", "growth_areas", "similarity", "choices"}:
            yield from _columns(value, f"{prefix}{field.name}.")


def _group(columns: Mapping[str, Column], prefix: str) -> dict[str, Column]:
    return {name.removeprefix(prefix): column for name, column in columns.items() if name.startswith(prefix)}


def _own(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if "." not in name}
