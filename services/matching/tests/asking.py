"""A learner who asks teachers, for tests of requests."""

from collections.abc import Sequence
from typing import Any

from kit.testing.api import Caller, ok
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization


class Asking:
    """A learner who asks teachers, all of whom take part in a program."""

    def __init__(self, organization: Organization, program: Any, learner: Any, teachers: Sequence[Any]) -> None:
        self.organization, self.program = organization, program
        self.learner, self.teachers = learner, list(teachers)
        self.caller = organization.caller(learner["id"])

    def body(self, **more: Any) -> dict[str, Any]:
        return {
            "program_id": self.program["id"],
            "direction": "learn",
            "choices": [teacher["id"] for teacher in self.teachers],
            **more,
        }

    async def ask(self, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = ok(await self.caller.post("/v1/requests", self.body(**more)), 201)
        return made

    async def offered(self, number: int) -> list[dict[str, Any]]:
        """What a teacher has been offered, the newest first."""
        items: list[dict[str, Any]] = ok(await self.teacher(number).get("/v1/proposals"))["items"]
        return items

    def teacher(self, number: int) -> Caller:
        return self.organization.caller(self.teachers[number]["id"])

    async def say(self, number: int, verb: str) -> dict[str, Any]:
        proposal = (await self.offered(number))[0]
        said: dict[str, Any] = ok(await self.teacher(number).post(f"/v1/proposals/{proposal['id']}:{verb}"))
        return said

    async def status(self, request: Any) -> str:
        return str(ok(await self.caller.get(f"/v1/requests/{request['id']}"))["status"])


async def asking(organization: Organization, teachers: int = 1, **program: Any) -> Asking:
    made = await organization.program(**program)
    learner = await organization.person(**LEARNS_PYTHON)
    people = [await organization.person(**TEACHES_PYTHON) for _ in range(teachers)]
    await organization.take_part(made, learner, "learner")
    for teacher in people:
        await organization.take_part(made, teacher, "teacher")
    return Asking(organization, made, learner, people)
