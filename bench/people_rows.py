"""A generated organization as rows of the matching service's schema, put there without passing through profile."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import numpy as np

from kit.ids import TimeOrderedIds
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import Roster

BLOCK = 10_000
ZONES = {
    -480: "Etc/GMT+8", -420: "Etc/GMT+7", -360: "Etc/GMT+6", -300: "Etc/GMT+5", -180: "Etc/GMT+3", 0: "Etc/GMT",
    60: "Etc/GMT-1", 120: "Etc/GMT-2", 180: "Etc/GMT-3", 240: "Etc/GMT-4", 330: "Asia/Kolkata", 480: "Etc/GMT-8",
    540: "Etc/GMT-9", 600: "Etc/GMT-10",
}  # fmt: skip
PEOPLE = (
    "organization_id", "id", "display_name", "active", "reporting_level", "manager_id", "department", "team",
    "time_zone", "languages", "teaching_capacity", "learning_capacity", "windows", "strengths", "growth_areas",
    "version", "revision",
)  # fmt: skip
PARTICIPATIONS = (
    "organization_id", "id", "program_id", "person_id", "roles", "version", "created_at", "updated_at", "unanswered",
)  # fmt: skip
_ids = TimeOrderedIds()


class Company:
    """The people of a round under ids of the kind that the service has."""

    def __init__(self, organization_id: str, problem: Problem) -> None:
        self.organization_id = organization_id
        self.ids = [_ids.new("per") for _ in range(problem.roster.size)]
        self._competencies = [_ids.new("cmp") for _ in problem.roster.competency_ids]
        self._problem = problem

    async def store(self, superuser_url: str) -> None:
        """Put everybody into the copy of people, at the first revision."""
        connection = await asyncpg.connect(superuser_url)
        try:
            await connection.set_type_codec(
                "jsonb", schema="pg_catalog", encoder=_to_jsonb, decoder=json.loads, format="binary"
            )
            await connection.execute(
                "insert into matching.people_revisions (organization_id, revision) values ($1, 1)", self.organization_id
            )
            for start in range(0, len(self.ids), BLOCK):
                rows = [self._person(row) for row in range(start, min(start + BLOCK, len(self.ids)))]
                await connection.copy_records_to_table("people", schema_name="matching", columns=PEOPLE, records=rows)
            await connection.execute("analyze matching.people")
        finally:
            await connection.close()

    async def enter(self, superuser_url: str, program_id: str) -> None:
        """Let everybody who has a place take part in a program."""
        connection = await asyncpg.connect(superuser_url)
        try:
            await connection.copy_records_to_table(
                "participations", schema_name="matching", columns=PARTICIPATIONS, records=self._entries(program_id)
            )
        finally:
            await connection.close()

    def _entries(self, program_id: str) -> Iterator[tuple[Any, ...]]:
        now = datetime.now(UTC)
        places = zip(self._problem.teaching_places.tolist(), self._problem.learning_places.tolist(), strict=True)
        for person_id, (teaching, learning) in zip(self.ids, places, strict=True):
            roles = ["teacher"] * (teaching > 0) + ["learner"] * (learning > 0)
            if roles:
                yield self.organization_id, _ids.new("prt"), program_id, person_id, roles, 1, now, now, 0

    def _person(self, row: int) -> tuple[Any, ...]:
        roster, problem = self._problem.roster, self._problem
        manager = int(roster.manager[row])
        return (
            self.organization_id, self.ids[row], f"Person {row}", True, int(roster.level[row]),
            None if manager < 0 else self.ids[manager], f"Department {roster.department[row]}",
            f"Team {roster.team[row]}", ZONES[int(roster.utc_offset[row])], languages_of(roster, row),
            int(problem.teaching_places[row]), int(problem.learning_places[row]), windows_of(roster, row),
            self._strengths(row), self._growth_areas(row), 1, 1,
        )  # fmt: skip

    def _strengths(self, row: int) -> list[dict[str, Any]]:
        held = self._problem.roster.strengths
        part = slice(held.start[row], held.start[row + 1])
        return [
            {**self._named("str", competency), "level": level, "willing": True, "asset_type": "skill"}
            for competency, level in zip(held.competency[part].tolist(), held.level[part].tolist(), strict=True)
        ]

    def _growth_areas(self, row: int) -> list[dict[str, Any]]:
        areas = self._problem.roster.growth_areas
        part = slice(areas.start[row], areas.start[row + 1])
        columns = areas.competency, areas.current, areas.target, areas.importance, areas.private
        return [
            {
                **self._named("gro", competency),
                "current_level": current,
                "target_level": target,
                "importance": importance,
                "visibility": "private" if private else "organization",
            }
            for competency, current, target, importance, private in zip(
                *(column[part].tolist() for column in columns), strict=True
            )
        ]

    def _named(self, kind: str, competency: int) -> dict[str, Any]:
        return {
            "id": _ids.new(kind),
            "competency_id": self._competencies[competency],
            "competency_label": f"Competency {competency}",
        }


def languages_of(roster: Roster, row: int) -> list[str]:
    """The languages of a person."""
    spoken = int(roster.languages[row, 0])
    return ["en" if number == 0 else f"x{chr(97 + number)}" for number in range(64) if spoken >> number & 1]


def windows_of(roster: Roster, row: int) -> list[tuple[int, int]]:
    """When a person is free, in minutes of the week."""
    bits = np.unpackbits(roster.free[row].view(np.uint8), bitorder="little")[: 7 * 96]
    edges = np.flatnonzero(np.diff(bits, prepend=0, append=0)) * 15
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _to_jsonb(value: Any) -> bytes:
    """As Postgres takes it in binary: the version, then the text."""
    return b"\x01" + json.dumps(value).encode()
