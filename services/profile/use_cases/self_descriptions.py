"""What a person says of how and when they work."""

from kit.answers import Answer, check_version
from kit.identity import Principal
from services.profile.domain.availability import Availability, check_windows
from services.profile.domain.person import PERSON_CHANGED
from services.profile.domain.preferences import Preferences
from services.profile.use_cases.ports import UnitOfWork


async def put_preferences(uow: UnitOfWork, caller: Principal, said: Preferences, seen: int) -> Answer:
    """Say how one likes to work. Nobody who matches is told: preferences never count in a score."""
    person_id = caller.person_id
    async with uow:
        await uow.people.require(person_id)
        version, before = await uow.self_descriptions.preferences(person_id)
        check_version(seen, version)
        if said != before or version == 0:
            await uow.self_descriptions.save_preferences(person_id, said, seen)
        return await uow.answer(person_id)


async def put_availability(uow: UnitOfWork, caller: Principal, said: Availability, seen: int) -> Answer:
    """Say when one has time, and for how many people."""
    person_id = caller.person_id
    check_windows(said.windows)
    async with uow:
        await uow.people.require(person_id)
        version, before = await uow.self_descriptions.availability(person_id)
        check_version(seen, version)
        if said != before or version == 0:
            await uow.self_descriptions.save_availability(person_id, said, seen)
            await uow.events.append(PERSON_CHANGED, person_id, {})
        return await uow.answer(person_id)
