"""Do a match run: read, solve away from this process, write. A run that is done twice has the effect of one."""

import asyncio
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from kit.clock import Clock
from kit.ids import Ids
from kit.jobs import Job
from services.matching.domain.plain_drafting import Draft, Frame, draft_match
from services.matching.domain.engine.instance import GroupSize, Instance, an_instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.rules import HardRules
from services.matching.domain.kinds import mode_of
from services.matching.domain.match_run import (
    Failure,
    FailureCode,
    MatchRun,
    Outcome,
    Phase,
    PolicyUsed,
    RunStatus,
    fail_run,
    finish_run,
    start_run,
)
from services.matching.domain.people import Person
from services.matching.domain.program import Program
from services.matching.use_cases.entrants import entering
from services.matching.use_cases.ports import BackgroundWork, Solver, UnitOfWork

_SOLVING_STARTS, _WRITING_STARTS = 0.05, 0.9


@dataclass(frozen=True, slots=True)
class _Problem:
    """A run, and what it was given."""

    run: MatchRun
    program: Program
    instance: Instance
    people: Mapping[str, Person]


class RunMatch:
    """The handler of the job. What a worker leaves when it dies, another takes over from the beginning."""

    def __init__(self, work: BackgroundWork, solver: Solver, ids: Ids, clock: Clock) -> None:
        self._work = work
        self._solver = solver
        self._ids = ids
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Do the run, unless it is done, cancelled or given up."""
        organization_id, run_id = job.organization_id, job.payload["match_run_id"]
        problem = await self._read(organization_id, run_id)
        if problem is None:
            return

        async def go_on(share: float) -> bool:
            progress = _SOLVING_STARTS + share * (_WRITING_STARTS - _SOLVING_STARTS)
            return await self._report(organization_id, run_id, Phase.SOLVING, progress)

        matches = await self._solver.solve(problem.instance, go_on)
        if matches is None:
            return
        drafts = await asyncio.to_thread(self._draft, problem, matches)
        if await self._report(organization_id, run_id, Phase.WRITING, _WRITING_STARTS):
            await self._write(organization_id, problem, drafts, matches)

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Say that the run was given up, so that nobody waits for it."""
        async with self._work(job.organization_id) as uow:
            run = await uow.match_runs.get(job.payload["match_run_id"])
            text = f"The run was given up after {job.delivery} attempts: {type(error).__name__}."
            failed = fail_run(run, Failure(FailureCode.INTERNAL_ERROR, text), self._clock.now())
            if failed is not None:
                await uow.match_runs.save(failed)

    async def _read(self, organization_id: str, run_id: str) -> _Problem | None:
        now = self._clock.now()
        async with self._work(organization_id) as uow:
            run = start_run(await uow.match_runs.get(run_id), now)
            if run is None:
                return None
            await uow.match_runs.save(run)
        async with self._work(organization_id) as uow:
            program = await uow.programs.get(run.program_id)
            return await self._problem(uow, run, program, now)

    async def _problem(self, uow: UnitOfWork, run: MatchRun, program: Program, now: datetime) -> _Problem:
        entrants = [one async for some in uow.entrants.stream(program.id, now) for one in entering(program, some, now)]
        rules = (await uow.policies.get_terms(program)).terms.rules
        instance = an_instance(
            entrants,
            mode=mode_of(program.details.kind, program.details.format),
            rules=HardRules(**{field.name: getattr(rules, field.name) for field in fields(HardRules)}),
            competency_ids=program.details.competency_ids,
            group_size=GroupSize(*astuple(program.details.group_size)),
            seed=run.order.seed,
            apart=[*await uow.entrants.apart(program.id), *await uow.choices.exclusions()],
        )
        return _Problem(run, program, instance, {one.person.id: one.person for one in entrants})

    def _draft(self, problem: _Problem, matches: tuple[Match, ...]) -> list[Draft]:
        frame = Frame(
            problem.program.id,
            problem.run.id,
            problem.program.details.kind,
            problem.instance.mode,
            problem.instance.competency_ids,
            self._ids.new,
        )
        return [draft_match(match, problem.people, frame) for match in matches]

    async def _write(
        self, organization_id: str, problem: _Problem, drafts: list[Draft], matches: tuple[Match, ...]
    ) -> None:
        snapshot_hash = await asyncio.to_thread(lambda: problem.instance.snapshot_hash)
        now = self._clock.now()
        async with self._work(organization_id) as uow:
            run = await uow.match_runs.get(problem.run.id)
            if run.status is RunStatus.RUNNING:
                await uow.new_proposals.add(drafts, now)
                total = sum(match.score for match in matches)
                counts = _counts(problem.instance, matches)
                outcome = Outcome(snapshot_hash, snapshot_hash, PolicyUsed(None, 1), counts, total, None, "flow")
                await uow.match_runs.save(finish_run(run, outcome, now))

    async def _report(self, organization_id: str, run_id: str, phase: Phase, progress: float) -> bool:
        async with self._work(organization_id) as uow:
            return await uow.match_runs.report_progress(run_id, phase, progress)


def _counts(instance: Instance, matches: tuple[Match, ...]) -> dict[str, int]:
    learners = [entrant for entrant in instance.entrants if entrant.learning_places]
    learning = {learner_id for match in matches for learner_id in match.learner_ids}
    learning |= {match.teacher_id for match in matches if match.mutual}
    return {
        "people": len(instance.entrants),
        "teachers": sum(1 for entrant in instance.entrants if entrant.teaching_places),
        "learners": len(learners),
        "matched_learners": len(learning),
        "unmatched_learners": len(learners) - len(learning),
        "proposals": len(matches),
    }
