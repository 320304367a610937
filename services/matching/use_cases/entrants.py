"""Who could be proposed to whom in a program, at this moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.matching.domain.capacity import Seat
from services.matching.domain.engine.build import build_problem
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import last_to_name
from services.matching.domain.entry import Candidate, entering, free_places
from services.matching.domain.match_run import PolicyUsed, RunOrder
from services.matching.domain.program import Program
from services.matching.domain.similarity import similar
from services.matching.use_cases.in_bulk import fed
from services.matching.use_cases.ports import Repositories


@dataclass(frozen=True, slots=True)
class Round:
    """What a run of a program solves, the policy that judges it, and the names of competencies, by id."""

    program: Program
    problem: Problem
    policy: PolicyUsed
    labels: Mapping[str, str]


async def read_round(repositories: Repositories, program: Program, order: RunOrder, now: datetime) -> Round:
    """The round of a program; for one moment of it, in a transaction that sees the database at one moment."""
    details = program.details
    policy = await repositories.policies.get_terms(program)
    apart = [*await repositories.entrants.apart(program.id), *await repositories.choices.exclusions()]
    choices = await repositories.choices.list_of_program(program.id)
    first = await repositories.snapshots.list_left_out(program.id) if order.unmatched_first else ()
    close = list(similar(await repositories.topics.relations()))

    def build(candidates: Iterable[Candidate]) -> Problem:
        return build_problem(
            entering(program, candidates, now.date()),
            mode=order.mode,
            terms=policy.terms,
            seed=order.seed,
            topics=details.competency_ids,
            apart=apart,
            choices=choices,
            first=frozenset(first),
            group_size=details.group_size,
            longest_ring=order.longest_ring,
            similar=close,
        )

    problem = await fed(build, repositories.entrants.stream(program.id, now))
    labels = await repositories.entrants.labels(last_to_name(problem.roster))
    return Round(program, problem, PolicyUsed(policy.policy_id, policy.version), labels)


async def list_free_places(repositories: Repositories, program: Program, now: datetime) -> Mapping[Seat, int]:
    """The places in a program that something new can count on."""

    def build(candidates: Iterable[Candidate]) -> Mapping[Seat, int]:
        return free_places(entering(program, candidates, now.date()))

    return await fed(build, repositories.entrants.stream(program.id, now, with_profiles=False))
