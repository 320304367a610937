"""What the use cases need to keep of policies, and of what people say of each other."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from services.matching.domain.choices import PartChoices
from services.matching.domain.engine.build import Choice
from services.matching.domain.kinds import Role
from services.matching.domain.match_policy import MatchPolicy, PolicyInForce
from services.matching.domain.participation import Participation
from services.matching.domain.program import Program


class Policies(Protocol):
    """The organization's match policies, each in versions that never change."""

    async def add(self, policy: MatchPolicy) -> None:
        """Store a new policy."""
        ...

    async def get(self, policy_id: str, *, version: int | None = None, lock: bool = False) -> MatchPolicy:
        """The policy as it is, or as it was in a version; `MatchPolicyNotFoundError` if there is none."""
        ...

    async def get_terms(self, program: Program) -> PolicyInForce:
        """What judges the program now."""
        ...

    async def save(self, policy: MatchPolicy) -> None:
        """Store its next version."""
        ...


class PeoplesChoices(Protocol):
    """What people say of each other. It is the speaker's alone: no answer, event or count may tell of it."""

    async def get(self, participation: Participation) -> PartChoices:
        """What was said with this participation, or that nothing was."""
        ...

    async def save(self, choices: PartChoices) -> None:
        """Store what is said now."""
        ...

    async def forget(self, person_ids: Collection[str]) -> None:
        """Empty what these people said, in all programs."""
        ...

    async def known(self, program_id: str, person_ids: Collection[str]) -> Mapping[str, frozenset[Role]]:
        """Those of the people whom the organization knows, with the roles in which they take part in the program."""
        ...

    async def list_of_program(self, program_id: str) -> Sequence[Choice]:
        """Whom people would like in this program, as far as these take part as that."""
        ...

    async def exclusions(self, among: Collection[str] | None = None) -> Sequence[tuple[str, str]]:
        """Pairs never to be proposed in any program, the smaller id first: of all, or those with both among these."""
        ...
