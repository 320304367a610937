"""Types that several bodies share."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from kit.ids import id_of
from kit.schemas import integer

PersonId = Annotated[str, id_of("per")]
CompetencyId = Annotated[str, id_of("cmp")]
ProgramId = Annotated[str, id_of("prg")]
ParticipationId = Annotated[str, id_of("par")]
MatchPolicyId = Annotated[str, id_of("pol")]
MatchRunId = Annotated[str, id_of("run")]
ProposalId = Annotated[str, id_of("pro")]
RequestId = Annotated[str, id_of("req")]
ContestId = Annotated[str, id_of("con")]
TrackId = Annotated[str, id_of("trk")]
PolicyRef = Annotated[str, Field(pattern="^(standard|pol_[0-9a-f]{32})$", max_length=36, examples=["standard"])]
Seed = Annotated[int, integer(0, 2**31 - 1, description="Decides between equals; the same seed decides the same way.")]

PolicyInPath = Annotated[PolicyRef, Path(description="The policy, or `standard`.")]
ProgramInPath = Annotated[ProgramId, Path(description="The program.")]
ProposalInPath = Annotated[ProposalId, Path(description="The proposal.")]
MatchRunInPath = Annotated[MatchRunId, Path(description="The match run.")]
