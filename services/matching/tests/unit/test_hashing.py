import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.build import build_problem
from services.matching.domain.engine.hashing import from_bytes, snapshot_hash, to_bytes
from services.matching.domain.engine.problem import Mode, Problem
from services.matching.domain.engine.roster import last_to_name
from services.matching.domain.people import Strength
from services.matching.domain.policy import HardRules, LevelBand, Terms
from services.matching.tests.builders import a_learner, a_person, a_teacher, entering
from services.matching.tests.generator import organization
from services.matching.tests.unit.organizations import Organization, organizations, steadily

ROOT = Path(__file__).parents[4]
HASH_WHAT_COMES_IN = """
import sys
from services.matching.domain.engine.hashing import from_bytes, snapshot_hash, to_bytes
problem = from_bytes(sys.stdin.buffer.read())
sys.stdout.write(snapshot_hash(problem))
"""


@given(organizations(), st.randoms(use_true_random=False))
@steadily
def test_the_order_of_input_changes_no_byte(round_: Organization, chance: Random) -> None:
    shuffled = list(round_.entrants)
    chance.shuffle(shuffled)
    again = replace(
        round_,
        topics=round_.topics[::-1],
        apart=tuple(pair[::-1] for pair in round_.apart[::-1]),
        choices=round_.choices[::-1],
        similar=round_.similar[::-1],
    ).read_as(shuffled)
    assert to_bytes(again) == to_bytes(round_.problem)
    assert snapshot_hash(again) == snapshot_hash(round_.problem)


@given(organizations())
@steadily
def test_a_problem_comes_back_from_its_bytes_as_it_was(round_: Organization) -> None:
    back = from_bytes(to_bytes(round_.problem))
    assert to_bytes(back) == to_bytes(round_.problem)
    assert (back.mode, back.seed, back.terms) == (round_.mode, round_.seed, round_.terms)
    assert (back.group_size, back.longest_ring) == (round_.group_size, round_.longest_ring)
    assert back.roster.ids == round_.problem.roster.ids
    np.testing.assert_array_equal(back.roster.free, round_.problem.roster.free)
    np.testing.assert_array_equal(back.apart, round_.problem.apart)
    np.testing.assert_array_equal(back.choices.rank, round_.problem.choices.rank)


def test_another_process_finds_the_same_hash() -> None:
    problem = organization(500, seed=3)
    told = subprocess.run(
        [sys.executable, "-c", HASH_WHAT_COMES_IN], input=to_bytes(problem), capture_output=True, cwd=ROOT, check=True
    )
    assert told.stdout.decode() == snapshot_hash(problem)


def test_every_fact_that_counts_changes_the_hash_and_the_seed_does_not() -> None:
    def hashed(**facts: object) -> str:
        people = [entering(a_teacher(level=4)), entering(a_learner())]
        return snapshot_hash(build_problem(people, **facts))  # type: ignore[arg-type]  # whatever build_problem takes

    plain = hashed()
    others = [
        hashed(mode=Mode.STABLE),
        hashed(terms=Terms(rules=HardRules(min_score=1))),
        hashed(terms=Terms(rules=HardRules(level_band=LevelBand(least=0)))),
        hashed(topics=["cmp_2"]),
        hashed(apart=[("per_t", "per_l")]),
        hashed(first=["per_l"]),
        hashed(longest_ring=4),
        snapshot_hash(build_problem([entering(a_teacher(level=3)), entering(a_learner())])),
        snapshot_hash(build_problem([entering(a_teacher(level=4), 0), entering(a_learner())])),
    ]
    assert len({plain, *others}) == len(others) + 1
    assert hashed(seed=5) == plain


def test_a_column_that_ends_early_is_refused() -> None:
    problem: Problem = organization(50)
    packed = to_bytes(problem)
    with pytest.raises(zlib.error, match="incomplete"):
        from_bytes(packed[: len(packed) // 2])


def test_of_a_strength_stated_twice_the_higher_level_counts() -> None:
    twice = replace(a_teacher(), strengths=(Strength("cmp_1", 3), Strength("cmp_1", 5), Strength("cmp_1", 4)))
    once = replace(a_teacher(), strengths=(Strength("cmp_1", 5),))
    problems = [build_problem([entering(teacher), entering(a_learner())]) for teacher in (twice, once)]
    assert len({snapshot_hash(problem) for problem in problems}) == 1


def test_names_come_of_the_last_who_teaches_or_wants_a_competency() -> None:
    people = [a_teacher("per_1"), a_learner("per_2"), a_teacher("per_3"), a_person("per_4")]
    roster = build_problem(map(entering, people)).roster
    assert roster.competency_ids == ("cmp_1",)
    assert last_to_name(roster) == ["per_3"]
