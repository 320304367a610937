"""What a request proposes to one of its choices: who would teach whom what, if the program's rules allow it.

Everything here looks at what the directory says of people and at what they keep from nobody, so the one who asks may
be told what stands in the way. What others keep to themselves is looked at elsewhere, and never told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kit.errors import FieldError
from services.matching.domain.engine.points import Conditions, best_fit, forbidding_rule
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.people import Person, without_secrets
from services.matching.domain.proposal import Decision, Proposal, ProposalStatus, Track
from services.matching.domain.request import Aim, NotFeasibleError, Request, other_roles


def tracks_with(
    request: Request,
    place: int,
    people: Mapping[str, Person],
    roles: Mapping[str, frozenset[Role]],
    kind: Kind,
    conditions: Conditions,
    new_id: Callable[[str], str],
) -> tuple[Track, ...]:
    """The tracks with the choice at this place, or `NotFeasibleError`.

    `roles` has those in which the chosen people take part. In a reciprocal program there is a track back, too.
    """
    chosen_id = request.choices[place]
    chosen, own = people.get(chosen_id), people[request.person_id]
    if chosen is None or chosen_id not in roles:
        raise _infeasible(place, "unknown-person", "is nobody of this organization")
    missing = other_roles(request.roles) - roles[chosen_id]
    if missing:
        raise _infeasible(place, f"not-a-{min(missing)}", f"does not take part in this program as a {min(missing)}")
    teacher, learner = (chosen, own) if request.aim is Aim.LEARN else (own, chosen)
    broken = forbidding_rule(teacher, learner, conditions)
    if broken is not None:
        raise _infeasible(place, broken, f"is ruled out for you by the program's rule {broken}")
    tracks = [_track(request.competency_id, place, teacher, learner, own, conditions, new_id)]
    if kind is Kind.RECIPROCAL:
        tracks.append(_track(None, place, learner, teacher, own, conditions, new_id))
    return tuple(tracks)


def asked_with(request: Request, proposal: Proposal) -> Proposal:
    """A proposal as a request makes it: whoever asks has said yes."""
    participants = tuple(
        replace(one, decision=Decision.ACCEPTED) if one.person_id == request.person_id else one
        for one in proposal.participants
    )
    return replace(
        proposal,
        status=ProposalStatus.PARTLY_ACCEPTED,
        participants=participants,
        request_id=request.id,
    )


def taught(teacher: Person, learner: Person, conditions: Conditions) -> dict[str, str]:
    """What can be asked for by name, with its name: what the teacher holds, and what is close to it and wanted."""
    held = {strength.competency_id: strength.label for strength in teacher.strengths if strength.willing}
    wanted = {area.competency_id: area.label for area in learner.growth_areas}
    close = {topic: name for topic, name in wanted.items() if any((topic, one) in conditions.similar for one in held)}
    topics = conditions.topics
    return {topic: name for topic, name in (close | held).items() if not topics or topic in topics}


def _track(
    competency_id: str | None,
    place: int,
    teacher: Person,
    learner: Person,
    own: Person,
    conditions: Conditions,
    new_id: Callable[[str], str],
) -> Track:
    if competency_id is None:
        topic = best_fit(teacher, without_secrets(learner), conditions).topic
        if topic is None:
            raise _infeasible(place, "nothing-in-common", "has nothing openly in common with you to teach or to learn")
        return Track(new_id("trk"), teacher.id, learner.id, topic.competency_id, topic.label)
    labels = taught(teacher, learner if learner is own else without_secrets(learner), conditions)
    if competency_id not in labels:
        raise _infeasible(place, "competency-not-offered", "is not somebody with whom this is taught in this program")
    # Whoever asks for what they keep private tells the one whom they ask, and nobody else.
    own_secret = learner is own and any(
        area.private and area.competency_id == competency_id for area in learner.growth_areas
    )
    return Track(new_id("trk"), teacher.id, learner.id, competency_id, labels[competency_id], own_secret)


def _infeasible(place: int, code: str, what: str) -> NotFeasibleError:
    message = f"Choice {place + 1} {what}."
    return NotFeasibleError(message, errors=[FieldError(f"/body/choices/{place}", code, message)])
