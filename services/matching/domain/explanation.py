"""Why these people: contributions that add up to the score, what each side gains, and what would change the score.

Words are made when somebody reads, out of the stored reasons and of the tracks as the reader may see them: a discreet
track comes here without its competency, so no sentence can name it. What other people chose is told to nobody; its
points are part of the fit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kit.errors import ForbiddenError
from services.matching.domain.explanation_changes import Change, changes
from services.matching.domain.explanation_reader import Audience, Reader, ShownTrack
from services.matching.domain.reasons import Reason, ReasonCode
from services.matching.domain.words.locales import LOCALES, Words

Facts = Mapping[str, str | int]
OTHER_SIDE = {Audience.LEARNER: Audience.TEACHER, Audience.TEACHER: Audience.LEARNER}


class AudienceNotYoursError(ForbiddenError):
    """Participants read their own side, coordinators their own."""

    code = "audience-not-yours"
    title = "This explanation is for somebody else"


# Not frozen, as many are made for one answer and a frozen one takes three times as long to make.
@dataclass(slots=True)
class Contribution:
    """One part of the score, in words and in the facts that these are made of."""

    code: str
    points: int
    text: str
    facts: Facts


@dataclass(slots=True)
class Explanation:
    """What one reader is told; coordinators find the gain of both sides in `value`."""

    language: str
    contributions: tuple[Contribution, ...]
    value: str
    value_to_others: str | None
    time_cost: str
    changes: tuple[Change, ...]


def explain(
    kind: str,
    tracks: Sequence[ShownTrack],
    reasons: Sequence[Reason],
    reader_id: str | None,
    locale: str,
    audience: Audience | None = None,
) -> Explanation:
    """What a participant, or (None) a coordinator, is told of a proposal; `audience` takes one of a reader's two sides.

    A side that is not the reader's is `AudienceNotYoursError`.
    """
    words, reader = LOCALES[locale], Reader(tracks, reader_id)
    if audience not in (None, *reader.sides):
        raise AudienceNotYoursError(f"Ask for one of your own: {', '.join(reader.sides)}.")
    sides = reader.sides if audience is None else (audience,)
    parts = _Parts(words, reader)
    return Explanation(
        language=words.locale,
        contributions=tuple(parts.told(reason) for reason in _with_points(reasons, reader)),
        value=" ".join(_gains(words, reader, sides)),
        value_to_others=" ".join(_gains_of_others(words, reader, sides)) or None,
        time_cost=words.time_costs[kind],
        changes=tuple(changes(words, reader, reasons, sides)),
    )


def _with_points(reasons: Sequence[Reason], reader: Reader) -> Iterator[Reason]:
    """The reasons that add something, with the points of other people's choices in the fit of their tracks."""
    hidden: dict[int, int] = {}
    for reason in reasons:
        if reason.code == ReasonCode.CHOICE and reason.facts.get("owner") != reader.person_id:
            number = 0 if reader.is_group else reason.facts.get("track", 0)
            hidden[number] = hidden.get(number, 0) + reason.points
    for reason in reasons:
        points = reason.points
        if reason.code == ReasonCode.CHOICE and reason.facts.get("owner") != reader.person_id:
            continue
        if reason.code == ReasonCode.FIT:
            points += hidden.pop(reason.facts.get("track", 0), 0)
        if points:
            yield reason if points == reason.points else Reason(reason.code, points, reason.facts)


class _Parts:
    """Tells the parts of a score."""

    def __init__(self, words: Words, reader: Reader) -> None:
        self._words = words
        self._reader = reader
        self._side = reader.sides[0]

    def told(self, reason: Reason) -> Contribution:
        """The reason in words."""
        text, facts = _TELLERS[reason.code](self, reason)
        return Contribution(reason.code, reason.points, text, facts)

    def fit(self, reason: Reason) -> tuple[str, Facts]:
        """What the one wants and the other can teach."""
        number = reason.facts.get("track", 0)
        track, side = self._reader.tracks[number], self._reader.side(number)
        competency_id = reason.facts.get("competency_id", track.competency_id)
        label = reason.facts.get("label", track.competency_label)
        facts = _who(track)
        if self._reader.is_group:
            side = self._side
            facts.pop("learner_id", None)
        if label is None:
            return self._words.sentence("fit_unnamed", side), facts
        facts |= {"competency_id": str(competency_id), "competency_label": label}
        form = "fit_group" if self._reader.is_group else "fit"
        return fit_told(self._words, form, side, label, reason.facts, facts)

    def choice(self, reason: Reason) -> tuple[str, Facts]:
        """That the reader chose somebody; nobody else comes here."""
        number = reason.facts.get("track", 0)
        return self._words.sentence("choice", self._reader.side(number)), _who(self._reader.tracks[number])

    def availability(self, reason: Reason) -> tuple[str, Facts]:
        """Time in common: the least of it, where the reader would meet several people."""
        minutes = min(self._reader.of_own(reason.facts.get("minutes", (0,))))
        if minutes == 0:
            return _near(self._words, "availability_some", self._side), {}
        form = "availability" if self._reader.is_pair else "availability_each"
        return _near(self._words, form, self._side, minutes), {"minutes": minutes}

    def time_zone(self, reason: Reason) -> tuple[str, Facts]:
        """How far the clocks are apart: the most of it, where the reader would meet several people."""
        if "gaps" not in reason.facts:
            return _near(self._words, "time_zone_near", self._side), {}
        gap = max(self._reader.of_own(reason.facts["gaps"]))
        if gap == 0:
            return _near(self._words, "time_zone_same", self._side), {"gap_minutes": 0}
        form = "time_zone" if self._reader.is_pair else "time_zone_within"
        return _near(self._words, form, self._side, gap), {"gap_minutes": gap}

    def language(self, reason: Reason) -> tuple[str, Facts]:
        """Languages in common: the fewest, where the reader would meet several people."""
        if "shared" not in reason.facts:
            return _near(self._words, "language", self._side), {}
        number = min(self._reader.of_own(reason.facts["shared"]))
        form = ("language_some", "language", "language_several")[min(number, 2)]
        return _near(self._words, form, self._side), {"languages": number}

    def other_department(self, _: Reason) -> tuple[str, Facts]:
        """That people of different departments would meet."""
        form = "other_department" if self._reader.is_pair else "other_department_some"
        return self._words.sentence(form, self._side), {}


def fit_told(
    words: Words, form: str, side: Audience, label: str, brought: Facts, facts: dict[str, str | int]
) -> tuple[str, Facts]:
    """The sentence of a competency that one wants and another can teach, and the facts with how much of it."""
    if "held" in brought:
        held = brought["held"]
        facts["held"] = held
        return _fit(words, "fit_similar", side, label, held=str(held)), facts
    if "gain" in brought:
        gain, wanted = int(brought["gain"]), int(brought["wanted"])
        facts["gain"], facts["wanted"] = gain, wanted
        return _fit(words, "fit_partly", side, label, gain=gain, wanted=wanted), facts
    return _fit(words, form, side, label), facts


# Few and alike over many pairs, as are the sentences on what else is near and on what somebody gains.
@lru_cache(maxsize=16_384)
def _fit(words: Words, form: str, side: Audience, label: str, *, held: str = "", gain: int = 0, wanted: int = 0) -> str:
    named, close = words.competency(label), words.competency(held)
    return words.sentence(form, side, competency=named, held=close, gain=gain, wanted=wanted)


@lru_cache(maxsize=16_384)
def _near(words: Words, form: str, side: Audience, minutes: int = 0) -> str:
    return words.sentence(form, side, hours=words.duration(minutes))


def _who(track: ShownTrack) -> dict[str, str | int]:
    people = {"teacher_id": track.teacher_id, "learner_id": track.learner_id}
    return {role: person_id for role, person_id in people.items() if person_id is not None}


_TELLERS: Mapping[str, Callable[[_Parts, Reason], tuple[str, Facts]]] = {
    ReasonCode.FIT: _Parts.fit,
    ReasonCode.CHOICE: _Parts.choice,
    ReasonCode.AVAILABILITY: _Parts.availability,
    ReasonCode.TIME_ZONE: _Parts.time_zone,
    ReasonCode.LANGUAGE: _Parts.language,
    ReasonCode.OTHER_DEPARTMENT: _Parts.other_department,
}


def _gains(words: Words, reader: Reader, sides: Sequence[Audience]) -> Iterator[str]:
    """What these sides gain, told to them; coordinators are told of both."""
    for side in sides:
        for form in ("learning", "teaching"):
            if side is Audience.COORDINATOR or FORM_OF_GAIN[side] == form:
                yield from _sentences(words, reader, form, side)


def _gains_of_others(words: Words, reader: Reader, sides: Sequence[Audience]) -> Iterator[str]:
    for side in sides:
        if side is not Audience.COORDINATOR:
            yield from _sentences(words, reader, FORM_OF_GAIN[OTHER_SIDE[side]], side)


FORM_OF_GAIN = {Audience.LEARNER: "learning", Audience.TEACHER: "teaching"}


def _sentences(words: Words, reader: Reader, form: str, side: Audience) -> Iterator[str]:
    """One sentence a competency, of the tracks that the reader sees from this side."""
    labels = dict.fromkeys(
        reader.tracks[number].competency_label for number in reader.own if reader.side(number) is side
    )
    for label in labels:
        yield gain_told(words, form, side, label)


@lru_cache(maxsize=16_384)
def gain_told(words: Words, form: str, side: Audience, label: str | None) -> str:
    """What comes of a track for one who learns, or teaches, in it."""
    if label is None:
        return words.sentence(f"{form}_unnamed", side)
    return words.sentence(form, side, competency=words.competency(label))
