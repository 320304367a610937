"""`make demo`: the whole story on a company of 8,000, with its figures."""

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from deploy.local.client import Caller, Gateway, Stopwatch
from deploy.local.components import Ports
from deploy.local.demo.company import Company, Told, company, is_real
from deploy.local.demo.figures import (
    MatchFigures,
    engagement_table,
    import_table,
    is_upward,
    match_figures,
    match_table,
    report_table,
)
from deploy.local.demo.follow import Followed, follow
from deploy.local.demo.programs import POLICY, PROGRAMS
from deploy.local.migrations import ROOT
from deploy.local.state import LocalState
from deploy.local.story import (
    Profile,
    competency_ids,
    create_organization,
    create_policy,
    enroll,
    growth_area,
    import_people,
    match,
    open_program,
    people_by_external_id,
    strength,
    tell_profiles,
)
from deploy.local.system import System

FOLLOWED_PER_PROGRAM = 6
"""Enough that a report says something: figures about fewer than five people are hidden."""
ONE_IN_TEACHES_GROUPS = 20
GROUP_CAPACITY = 6


async def demo() -> None:
    """Tell the story on a system of its own, which ends with it."""
    console = Console()
    if not is_real():
        console.print("[yellow]The company's export is not in ../shared/data: the generated sample takes its place.[/]")
    state = LocalState(ROOT / ".local" / "demo")
    with state.held():
        shutil.rmtree(state.postgres_data, ignore_errors=True)
    watch = Stopwatch()
    console.print("Starting a system of its own …")
    async with System(state, Ports.free(), say=console.print).running() as system, Gateway(system.url) as gateway:
        console.print(f"Ready after {watch.seconds:.1f} seconds.\n")
        await Story(console, gateway, company()).tell()
        console.print(f"The whole story took {watch.seconds:.0f} seconds. Stopping everything …")


class Story:
    """The story of one company."""

    def __init__(self, console: Console, gateway: Gateway, company: Company) -> None:
        self._console = console
        self._gateway = gateway
        self._company = company
        self._people: dict[str, dict[str, Any]] = {}
        self._organization_id = ""
        self._busy: set[str] = set()

    async def tell(self) -> None:
        """From the HR file to the reports."""
        self._organization_id = await create_organization(self._gateway, "Demonstration")
        admin = await self._gateway.caller(self._organization_id, "org_admin")
        coordinator = await self._gateway.caller(self._organization_id, "coordinator")
        await self._import(admin)
        await self._tell_profiles(admin)
        policy_id = await create_policy(coordinator, POLICY)
        figures, followed = [], []
        for program in PROGRAMS:
            run, proposals, program_id = await self._match(coordinator, program, policy_id)
            figures.append(run)
            engagements = await self._follow(program["name"], proposals)
            followed.append((program, program_id, engagements))
        self._console.print(match_table(figures))
        for program, program_id, engagements in followed:
            if engagements:
                self._console.print(engagement_table(program["name"], engagements[0].engagement, self._people))
            report = await coordinator.get(f"/v1/programs/{program_id}/report")
            self._console.print(report_table(program["name"], report))

    async def _import(self, admin: Caller) -> None:
        watch = Stopwatch()
        with self._console.status(f"Importing {self._company.name} …"):
            outcome = await import_people(admin, self._company.file, self._company.mapping)
        self._console.print(import_table(outcome, watch.seconds))
        self._people = {person["id"]: person for person in (await people_by_external_id(admin)).values()}

    async def _tell_profiles(self, admin: Caller) -> None:
        ids = await self._competencies(admin)
        by_external_id = {person["external_id"]: person_id for person_id, person in self._people.items()}
        profiles = {
            by_external_id[external_id]: _profile(
                told, ids, GROUP_CAPACITY if number % ONE_IN_TEACHES_GROUPS == 0 else 1
            )
            for number, (external_id, told) in enumerate(self._company.told.items())
            if external_id in by_external_id
        }
        with self._progress() as progress:
            bar = progress.add_task("What people can and want", total=len(profiles))
            await tell_profiles(self._gateway, self._organization_id, profiles, lambda: progress.advance(bar))

    async def _competencies(self, admin: Caller) -> dict[str, str]:
        """The ids of all labels that people use: those of the taxonomy, and new entries for the rest."""
        known = {_plain(label): competency_id for label, competency_id in (await competency_ids(admin)).items()}
        labels = {label for told in self._company.told.values() for label in (*told.strengths, *told.growth_areas)}
        ids = {}
        for label in sorted(labels):
            competency_id = known.get(_plain(label))
            if competency_id is None:
                competency_id = (await admin.post("/v1/competencies", {"label": label}))["id"]
                await admin.post(f"/v1/competencies/{competency_id}:approve")
            ids[label] = competency_id
        return ids

    async def _match(
        self, coordinator: Caller, program: Mapping[str, Any], policy_id: str
    ) -> tuple[MatchFigures, list[dict[str, Any]], str]:
        program_id = await open_program(coordinator, program, policy_id)
        with self._console.status(f"{program['name']}: enrolling …"):
            await enroll(coordinator, program_id, len(self._people))
        with self._progress() as progress:
            bar = progress.add_task(f"{program['name']}: matching", total=100)
            run, seconds = await match(
                coordinator, program_id, lambda seen: progress.update(bar, completed=seen["progress"] * 100)
            )
            progress.update(bar, completed=100)
        proposals = await coordinator.items("/v1/proposals", program_id=program_id, match_run_id=run["id"])
        levels = {person_id: person["reporting_level"] for person_id, person in self._people.items()}
        figures = match_figures(program["name"], seconds, run, proposals, levels)
        proposals.sort(key=lambda proposal: not any(is_upward(track, levels) for track in proposal["tracks"]))
        return figures, proposals, program_id

    async def _follow(self, name: str, proposals: Sequence[Mapping[str, Any]]) -> list[Followed]:
        """Follow some, those first in which a junior teaches a senior, each of people who are in no other."""
        followed: list[Followed] = []
        with self._progress() as progress:
            bar = progress.add_task(f"{name}: from yes to use", total=FOLLOWED_PER_PROGRAM)
            for proposal in proposals:
                people = {part["person_id"] for part in proposal["participants"]}
                if len(followed) < FOLLOWED_PER_PROGRAM and not people & self._busy and proposal["status"] == "offered":
                    followed.append(await follow(self._gateway, self._organization_id, proposal))
                    self._busy |= people
                    progress.advance(bar)
        return followed

    def _progress(self) -> Progress:
        count = (MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        columns = (TextColumn("{task.description}"), BarColumn(), *count)
        return Progress(*columns, console=self._console)


def _profile(told: Told, ids: Mapping[str, str], teaching_capacity: int) -> Profile:
    return Profile(
        strengths=[strength(ids[label], level) for label, level in told.strengths.items()],
        growth_areas=[growth_area(ids[label], 1, 3, 3) for label in told.growth_areas],
        teaching_capacity=teaching_capacity,
    )


def _plain(label: str) -> str:
    """A label without the remark that tells it apart: `Python (computer programming)` is Python."""
    return label.partition(" (")[0].strip().lower()
