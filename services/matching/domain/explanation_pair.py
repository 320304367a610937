"""What `explanation` says of one pair to one of the two, for answers with many pairs: the same, but sooner.

What speaks for a pair besides its competencies is alike over many pairs, whoever they are, so it is told once.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from services.matching.domain.explanation import (
    FORM_OF_GAIN,
    OTHER_SIDE,
    Contribution,
    Explanation,
    explain,
    fit_told,
    gain_told,
)
from services.matching.domain.explanation_changes import Change
from services.matching.domain.explanation_reader import Audience, ShownTrack
from services.matching.domain.kinds import Kind
from services.matching.domain.people import GrowthArea
from services.matching.domain.policy import Weights
from services.matching.domain.reasons import Facts, Measured, ReasonCode, reasons_of
from services.matching.domain.words.locales import LOCALES


class PairTeller:
    """Tells one who is on the same side of all the pairs why."""

    def __init__(self, kind: Kind, side: Audience, weights: Weights, locale: str) -> None:
        self._words, self._side = LOCALES[locale], side
        self._gains = FORM_OF_GAIN[side], FORM_OF_GAIN[OTHER_SIDE[side]]
        self._time_cost = self._words.time_costs[kind]
        self._near = _nearness(side, weights, locale)

    def told(self, teacher_id: str, learner_id: str, subject: GrowthArea, measured: Measured) -> Explanation:
        """Why this pair, which is about a growth area that the reader may know."""
        words, near = self._words, self._near
        free, clocks = near.free(measured.minutes), near.clocks(measured.gap)
        speech, other = near.speech(measured.shared_languages), near.other(measured.other_department)
        own, others = [gain_told(words, form, self._side, subject.label) for form in self._gains]
        return Explanation(
            words.locale,
            (
                *[self._fit(teacher_id, learner_id, subject, *area) for area in measured.areas],
                *free.contributions,
                *clocks.contributions,
                *speech.contributions,
                *other.contributions,
            ),
            own,
            others,
            self._time_cost,
            free.changes + speech.changes,
        )

    def _fit(self, teacher_id: str, learner_id: str, subject: GrowthArea, points: int, brought: Facts) -> Contribution:
        label = brought.get("label", subject.label)
        facts: dict[str, str | int] = {
            "teacher_id": teacher_id,
            "learner_id": learner_id,
            "competency_id": brought.get("competency_id", subject.competency_id),
            "competency_label": label,
        }
        return Contribution(ReasonCode.FIT, points, *fit_told(self._words, "fit", self._side, label, brought, facts))


class _Told(NamedTuple):
    """What is told of one part of a score."""

    contributions: tuple[Contribution, ...]
    changes: tuple[Change, ...]


class _Nearness(NamedTuple):
    """Tells the parts that need no competency, each by the one number that it depends on."""

    free: Callable[[int], _Told]
    clocks: Callable[[int], _Told]
    speech: Callable[[int], _Told]
    other: Callable[[int], _Told]


@lru_cache(64)
def _nearness(side: Audience, weights: Weights, locale: str) -> _Nearness:
    alone = Weights(0, 0, 0, 0, 0, 0)

    def part(weights: Weights, measure: Callable[[int], Measured]) -> Callable[[int], _Told]:
        return lru_cache(1_024)(lambda number: _told(side, locale, weights, measure(number)))

    return _Nearness(
        part(replace(alone, availability=weights.availability), lambda minutes: replace(_FAR, minutes=minutes)),
        part(replace(alone, time_zone=weights.time_zone), lambda gap: replace(_FAR, gap=gap)),
        part(replace(alone, language=weights.language), lambda shared: replace(_FAR, shared_languages=shared)),
        part(alone, lambda points: replace(_FAR, other_department=points)),
    )


_FAR = Measured((), (), 0, 0, 0, 0)
_SOMEBODY = ShownTrack(Audience.TEACHER, Audience.LEARNER, None, None)


def _told(side: Audience, locale: str, weights: Weights, measured: Measured) -> _Told:
    reasons = reasons_of([measured], weights, choices_count=False)
    explanation = explain(Kind.MENTORING, [_SOMEBODY], reasons, side, locale)
    return _Told(explanation.contributions, explanation.changes)
