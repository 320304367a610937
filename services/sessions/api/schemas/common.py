"""Types that several bodies share."""

from typing import Annotated

from fastapi import Path

from kit.ids import id_of

PersonId = Annotated[str, id_of("per")]
CompetencyId = Annotated[str, id_of("cmp")]
ProgramId = Annotated[str, id_of("prg")]
ProposalId = Annotated[str, id_of("pro")]
EngagementId = Annotated[str, id_of("eng")]
TrackId = Annotated[str, id_of("trk")]
AgreementId = Annotated[str, id_of("agr")]
MentoringSessionId = Annotated[str, id_of("mts")]
NoteId = Annotated[str, id_of("not")]
CommitmentId = Annotated[str, id_of("com")]
FeedbackId = Annotated[str, id_of("fbk")]
LearningId = Annotated[str, id_of("lrn")]

EngagementInPath = Annotated[EngagementId, Path(description="The engagement.")]
MentoringSessionInPath = Annotated[MentoringSessionId, Path(description="The mentoring session.")]
