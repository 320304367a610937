"""Types that several bodies share."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from kit.ids import id_of

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

PolicyInPath = Annotated[PolicyRef, Path(description="The policy, or `standard`.")]
ProgramInPath = Annotated[ProgramId, Path(description="The program.")]
ProposalInPath = Annotated[ProposalId, Path(description="The proposal.")]
MatchRunInPath = Annotated[MatchRunId, Path(description="The match run.")]
