"""Give feedback and log learnings."""

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from services.sessions.domain import reflection as rules
from services.sessions.domain.note import Visibility
from services.sessions.domain.reflection import Scores
from services.sessions.use_cases.access import require_part
from services.sessions.use_cases.ports import UnitOfWork


async def give_feedback(
    uow: UnitOfWork, caller: Principal, engagement_id: str, scores: Scores, ids: Ids, clock: Clock
) -> Answer:
    """Say how it is; others see it only within an aggregate."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        author_id = require_part(engagement, caller)
        feedback = rules.give_feedback(
            feedback_id=ids.new("fbk"), engagement=engagement, author_id=author_id, scores=scores, now=clock.now()
        )
        await uow.reflections.add_feedback(feedback)
        return await uow.answer(feedback.id, status=201)


async def log_learning(
    uow: UnitOfWork,
    caller: Principal,
    engagement_id: str,
    *,
    text: str,
    competency_id: str | None,
    visibility: Visibility,
    ids: Ids,
    clock: Clock,
) -> Answer:
    """Say what was learned, in either role."""
    async with uow:
        engagement = await uow.engagements.get(engagement_id)
        author_id = require_part(engagement, caller)
        learning = rules.log_learning(
            learning_id=ids.new("lrn"),
            engagement=engagement,
            author_id=author_id,
            text=text,
            competency_id=competency_id,
            visibility=visibility,
            now=clock.now(),
        )
        await uow.reflections.add_learning(learning)
        return await uow.answer(learning.id, status=201)
