"""Say whom one would like, and whom never. Nobody but the owner of the participation does, coordinators included."""

from kit.answers import Answer, check_version
from kit.identity import Principal
from services.matching.domain.choices import StatedChoices, state_choices
from services.matching.domain.participation import ParticipationNotFoundError
from services.matching.use_cases.ports import UnitOfWork


async def put(uow: UnitOfWork, caller: Principal, participation_id: str, stated: StatedChoices, seen: int) -> Answer:
    """Say it anew, in place of what was said before."""
    person_id = caller.person_id
    async with uow:
        participation = await uow.participations.get(participation_id)
        if participation.person_id != person_id:
            raise ParticipationNotFoundError
        before = await uow.choices.get(participation)
        check_version(seen, before.version)
        everybody = {*stated.teachers, *stated.learners, *stated.excluded}
        known = await uow.choices.known(participation.program_id, everybody)
        choices = state_choices(before, stated, known)
        if choices is not before:
            await uow.choices.save(choices)
        return await uow.answer(participation_id)
