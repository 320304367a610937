"""What this service takes from matching: programs, and the proposals that everybody accepted."""

from collections.abc import Mapping

from kit.clock import Clock
from kit.events import Event
from kit.ids import Ids
from services.sessions.domain.engagement import Participant
from services.sessions.domain.formation import AcceptedProposal, AcceptedTrack
from services.sessions.domain.kinds import Kind
from services.sessions.domain.tracks import Role
from services.sessions.use_cases import neighbourhood
from services.sessions.use_cases.formation import form_engagement
from services.sessions.use_cases.ports import Applier, Repositories


class MatchingEvents:
    """Applies matching's events."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock

    def appliers(self) -> Mapping[str, Applier]:
        """What applies each type of event."""
        return {"proposal.accepted": self.proposal_accepted, "program.changed": self.program_changed}

    async def proposal_accepted(self, repositories: Repositories, event: Event) -> None:
        """Form the engagement."""
        proposal = accepted_proposal(event)
        await neighbourhood.change_program(repositories, proposal.program_id, event.data["program_name"])
        await form_engagement(repositories, proposal, self._ids, self._clock)

    async def program_changed(self, repositories: Repositories, event: Event) -> None:
        """Take over the program's name."""
        await neighbourhood.change_program(repositories, event.subject_id, event.data["name"])


def accepted_proposal(event: Event) -> AcceptedProposal:
    """The fields of `proposal.accepted` that this service uses."""
    data = event.data
    return AcceptedProposal(
        proposal_id=data["proposal_id"],
        program_id=data["program_id"],
        kind=Kind(data["kind"]),
        purpose=data["purpose"],
        participants=[
            Participant(person["person_id"], tuple(map(Role, person["roles"])), person["reporting_level"])
            for person in data["participants"]
        ],
        tracks=[
            AcceptedTrack(
                teacher_id=track["teacher_id"],
                learner_id=track["learner_id"],
                competency_id=track["competency_id"],
                competency_label=track["competency_label"],
                discreet=track["discreet"],
            )
            for track in data["tracks"]
        ],
    )
