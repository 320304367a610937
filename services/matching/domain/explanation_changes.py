"""What would change a score: only what is in the reader's own hands, computed exactly from the stored reasons."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.matching.domain.engine.points import ENOUGH_MINUTES, language_points
from services.matching.domain.explanation_reader import Audience, Reader
from services.matching.domain.reasons import Reason, ReasonCode, availability_points, mean
from services.matching.domain.words.locales import Words

MORE_MINUTES = 2 * 60
"""How much more time in common a sentence speaks of, at the most."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would add points in another round."""

    code: str
    points: int
    text: str


def changes(words: Words, reader: Reader, reasons: Sequence[Reason], sides: Sequence[Audience]) -> Iterator[Change]:
    """What the reader could do, seen from these of their sides."""
    for reason in reasons:
        if reason.code == ReasonCode.AVAILABILITY and "of" in reason.facts:
            yield from _more_time(words, reader, reason, sides[0])
        elif reason.code == ReasonCode.LANGUAGE and "of" in reason.facts:
            yield from _one_more_language(words, reader, reason, sides[0])
    yield from _chosen_first(words, reader, reasons, sides[0])


def _more_time(words: Words, reader: Reader, reason: Reason, side: Audience) -> Iterator[Change]:
    weight, minutes = reason.facts["of"], reason.facts["minutes"]
    most_missing = max(ENOUGH_MINUTES - shared for shared in reader.of_own(minutes))
    more = min(MORE_MINUTES, most_missing)
    if more <= 0:
        return
    points = _gain(reader, minutes, more, lambda shared: availability_points(weight, shared))
    form = "change_availability" if reader.is_pair else "change_availability_each"
    if points:
        yield _told(words, ReasonCode.AVAILABILITY, form, side, points, more)


def _one_more_language(words: Words, reader: Reader, reason: Reason, side: Audience) -> Iterator[Change]:
    weight, shared = reason.facts["of"], reason.facts["shared"]
    points = _gain(reader, shared, 1, lambda number: language_points(weight, number))
    if points:
        yield _told(words, ReasonCode.LANGUAGE, "change_language", side, points)


def _chosen_first(words: Words, reader: Reader, reasons: Sequence[Reason], side: Audience) -> Iterator[Change]:
    # Of several tracks the mean is rounded, and the rounding would tell of what others chose: one track alone is exact.
    weight = next(
        (reason.facts["of"] for reason in reasons if reason.code == ReasonCode.CHOICE and "of" in reason.facts), 0
    )
    if weight and reader.is_participant:
        own = sum(reason.points for reason in reasons if reason.facts.get("owner") == reader.person_id)
        if points := weight // 2 - own:
            yield _told(words, ReasonCode.CHOICE, "change_choice", side, points)


# Few and alike over many pairs.
@lru_cache(maxsize=16_384)
def _told(words: Words, code: ReasonCode, form: str, side: Audience, points: int, minutes: int = 0) -> Change:
    told = words.sentence(form, side, hours=words.duration(minutes), points=words.points(points))
    return Change(code, points, told)


def _gain(reader: Reader, values: Sequence[int], more: int, worth: Callable[[int], int]) -> int:
    """What it adds to the mean over all tracks if the reader's own tracks have so much more."""
    if len(reader.tracks) == 1:
        return worth(values[0] + more) - worth(values[0])
    now = reader.of_all(values)
    then = [value + more if number in reader.own else value for number, value in enumerate(now)]
    return mean([worth(value) for value in then]) - mean([worth(value) for value in now])
