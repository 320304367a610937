from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.explanation import AudienceNotYoursError, Explanation, explain
from services.matching.domain.explanation_reader import Audience, ShownTrack
from services.matching.domain.policy import Weights
from services.matching.domain.reasons import NO_FACTS, Measured, Reason, ReasonCode, reasons_of, score_of
from services.matching.domain.words.locales import LOCALES
from services.matching.tests.unit.organizations import steadily

PYTHON = ShownTrack("per_t", "per_l", "cmp_p", "Python")
BACK = ShownTrack("per_l", "per_t", "cmp_s", "Sales")
UNTOLD = replace(PYTHON, competency_id=None, competency_label=None)
RING = [ShownTrack(f"per_{one}", f"per_{(one + 1) % 3}", f"cmp_{one}", f"Subject {one}") for one in range(3)]
GROUP = [replace(PYTHON, learner_id=f"per_{number}") for number in range(3)]
NEAR = Measured([(6_500, NO_FACTS)], [], minutes=180, gap=90, shared_languages=1, other_department=0)


def told(
    tracks: Sequence[ShownTrack],
    reader: str | None,
    measured: Sequence[Measured] = (NEAR,),
    locale: str = "en",
    audience: Audience | None = None,
) -> Explanation:
    measured = [*measured, *[measured[-1]] * (len(tracks) - len(measured))]
    reasons = reasons_of(
        measured, Weights(), one_subject=len(tracks) > 1 and tracks[0].teacher_id == tracks[1].teacher_id
    )
    return explain("mentoring", tracks, reasons, reader, locale, audience)


def sentences(explanation: Explanation) -> dict[str, str]:
    return {part.code: part.text for part in explanation.contributions}


@pytest.mark.parametrize(
    ("reader", "locale", "fit", "value", "to_others"),
    [
        (
            "per_l",
            "en",
            "You want to learn “Python”, and your teacher can teach it.",
            "You learn “Python” from somebody who does it at work.",
            "The other side passes on “Python”, and sees it afresh through the questions of somebody who learns it.",
        ),
        (
            "per_t",
            "en",
            "Your learner wants to learn “Python”, and you can teach it.",
            "You pass on “Python”, and see it afresh through the questions of somebody who learns it.",
            "The other side learns “Python” from somebody who does it at work.",
        ),
        (
            "per_l",
            "de",
            "Sie möchten „Python“ lernen, und Ihr Gegenüber kann es vermitteln.",
            "Sie lernen „Python“ aus erster Hand, mitten aus der Arbeit.",
            "Die andere Seite gibt „Python“ weiter und sieht es durch die Fragen der Lernenden mit neuen Augen.",
        ),
    ],
)
def test_each_side_reads_its_own_words(reader: str, locale: str, fit: str, value: str, to_others: str) -> None:
    explanation = told([PYTHON], reader, locale=locale)
    assert explanation.language == locale
    assert sentences(explanation)["fit"] == fit
    assert (explanation.value, explanation.value_to_others) == (value, to_others)


def test_how_near_two_people_are_is_told_in_the_numbers_of_the_locale() -> None:
    assert sentences(told([PYTHON], "per_t")) == {
        "fit": "Your learner wants to learn “Python”, and you can teach it.",
        "availability": "You are both free for 3 hours of a usual week.",
        "time_zone": "Your clocks are 1.5 hours apart.",
        "language": "You have a language in common.",
    }
    german = sentences(told([PYTHON], "per_t", locale="de"))
    assert german["time_zone"] == "Ihre Uhren liegen 1,5 Stunden auseinander."
    close = replace(NEAR, minutes=45, gap=0, shared_languages=3)
    assert sentences(told([PYTHON], None, [close])) == {
        "fit": "A learner wants to learn “Python”, and the teacher can teach it.",
        "availability": "They are both free for 45 minutes of a usual week.",
        "time_zone": "They keep the same clock.",
        "language": "They have several languages in common.",
    }


def test_what_a_teacher_brings_in_part_is_told_as_such() -> None:
    partly = replace(
        NEAR, areas=[(3_000, {"gain": 1, "wanted": 2}), (900, {"competency_id": "cmp_s", "label": "Sales"})]
    )
    similar = replace(NEAR, areas=[(3_000, {"held": "Ruby"})])
    first, second, *_ = told([PYTHON], "per_l", [partly]).contributions
    assert first.text == "You want to learn “Python”, and your teacher can take you 1 of the 2 levels."
    assert first.facts == {
        "teacher_id": "per_t",
        "learner_id": "per_l",
        "competency_id": "cmp_p",
        "competency_label": "Python",
        "gain": 1,
        "wanted": 2,
    }
    assert (second.text, second.points) == ("You want to learn “Sales”, and your teacher can teach it.", 900)
    assert sentences(told([PYTHON], "per_t", [similar]))["fit"] == (
        "Your learner wants to learn “Python”, and you can teach something close to it: “Ruby”."
    )


def test_what_is_not_told_has_no_name() -> None:
    for locale in LOCALES:
        for reader in ("per_t", None):
            explanation = told([UNTOLD], reader, locale=locale)
            assert explanation.contributions[0].facts == {"teacher_id": "per_t", "learner_id": "per_l"}
            assert explanation.value
    teacher = told([UNTOLD], "per_t")
    assert sentences(teacher)["fit"] == "Your learner wants to learn something that you are good at."
    assert "something of their own" in told([UNTOLD], None).value


def test_who_asks_is_not_told_where_they_are_withheld() -> None:
    explanation = told([replace(PYTHON, learner_id=None)], "per_t")
    assert explanation.contributions[0].facts["teacher_id"] == "per_t"
    assert "learner_id" not in explanation.contributions[0].facts
    assert sentences(told([replace(PYTHON, learner_id=None)], None))["fit"].startswith("A learner wants")


def test_both_ways_each_person_reads_both_sides_or_one_of_them() -> None:
    explanation = told([PYTHON, BACK], "per_l")
    texts = [part.text for part in explanation.contributions if part.code == ReasonCode.FIT]
    assert texts == [
        "You want to learn “Python”, and your teacher can teach it.",
        "Your learner wants to learn “Sales”, and you can teach it.",
    ]
    assert "learn “Python”" in explanation.value
    assert "pass on “Sales”" in explanation.value
    learner = told([PYTHON, BACK], "per_l", audience=Audience.LEARNER)
    assert "Sales" not in learner.value
    assert learner.contributions == explanation.contributions


def test_in_a_ring_the_track_of_the_two_others_is_told_as_to_a_bystander() -> None:
    explanation = told(RING, "per_0")
    assert [part.text for part in explanation.contributions if part.code == ReasonCode.FIT] == [
        "Your learner wants to learn “Subject 0”, and you can teach it.",
        "A learner wants to learn “Subject 1”, and the teacher can teach it.",
        "You want to learn “Subject 2”, and your teacher can teach it.",
    ]
    assert sentences(explanation)["availability"].startswith("You have at least 3 hours")
    assert "Subject 1" not in explanation.value


def test_in_a_group_one_sentence_names_what_it_is_about() -> None:
    for reader, about in (("per_t", "its learners want"), ("per_0", "which you want"), (None, "its learners want")):
        explanation = told(GROUP, reader)
        (fit,) = [part for part in explanation.contributions if part.code == ReasonCode.FIT]
        assert about in fit.text
        assert explanation.value.count("Python") == (2 if reader is None else 1)


def test_the_least_near_of_those_whom_one_would_meet_is_told() -> None:
    far = replace(NEAR, minutes=0, gap=240, shared_languages=0)
    teacher = sentences(told(GROUP, "per_t", [NEAR, far, NEAR]))
    assert teacher["availability"] == "There is free time in common."
    assert "at most 4 hours" in teacher["time_zone"]
    assert teacher["language"] == "Some of those who would meet have a language in common."
    learner = sentences(told(GROUP, "per_0", [NEAR, far, NEAR]))
    assert "at least 3 hours" in learner["availability"]


def test_only_one_s_own_side_is_told() -> None:
    for reader, audience in (("per_t", "learner"), ("per_t", "coordinator"), ("per_l", "teacher"), (None, "learner")):
        with pytest.raises(AudienceNotYoursError):
            told([PYTHON], reader, audience=Audience(audience))


def test_what_others_chose_is_in_the_fit_and_what_one_chose_oneself_is_told() -> None:
    chosen = replace(NEAR, choices=[("per_l", 500), ("per_t", 300)])
    learner, teacher, coordinator = (told([PYTHON], reader, [chosen]) for reader in ("per_l", "per_t", None))
    assert [(part.code, part.points) for part in learner.contributions[:2]] == [("fit", 6_800), ("choice", 500)]
    assert [(part.code, part.points) for part in teacher.contributions[:2]] == [("fit", 7_000), ("choice", 300)]
    assert (coordinator.contributions[0].code, coordinator.contributions[0].points) == ("fit", 7_300)
    assert sentences(learner)["choice"] == "You chose your teacher."
    assert sentences(teacher)["choice"] == "You chose your learner."
    assert ReasonCode.CHOICE not in {change.code for change in coordinator.changes}


def test_what_was_told_before_there_were_reasons_is_told_in_general_words() -> None:
    converted = [Reason(code, 100, {}) for code in ("fit", "availability", "time_zone", "language")]
    for reader in ("per_t", None):
        explanation = explain("peer", [PYTHON, BACK], [*converted, Reason("fit", 90, {"track": 1})], reader, "en")
        assert sum(part.points for part in explanation.contributions) == 490
        assert explanation.changes == ()


def test_a_change_says_how_much_it_would_add() -> None:
    assert [(change.code, change.points, change.text) for change in told([PYTHON], "per_l").changes] == [
        ("availability", 250, "Being both free for an hour more of a usual week would add 250 points."),
        ("language", 200, "One more language in common would add 200 points."),
        ("choice", 500, "Choosing your teacher before all others would add 500 points."),
    ]
    nothing_missing = replace(NEAR, minutes=300, shared_languages=2, choices=[("per_l", 500)])
    assert told([PYTHON], "per_l", [nothing_missing]).changes == ()


measures = st.builds(
    Measured,
    areas=st.just([(6_500, NO_FACTS)]),
    choices=st.just([]),
    minutes=st.integers(0, 30).map(lambda quarters: quarters * 15),
    gap=st.integers(0, 720),
    shared_languages=st.integers(0, 3),
    other_department=st.just(0),
)


@given(st.sampled_from([[PYTHON], [PYTHON, BACK], RING, GROUP]), st.lists(measures, min_size=3, max_size=3))
@steadily
def test_a_change_adds_exactly_what_it_says(tracks: list[ShownTrack], measured: list[Measured]) -> None:
    measured = measured[: len(tracks)]
    weights = Weights()
    for reader in ("per_t", "per_0", None):
        own = [number for number, track in enumerate(tracks) if reader in (None, track.teacher_id, track.learner_id)]
        for change in told(tracks, reader, measured).changes if own else ():
            if change.code == ReasonCode.CHOICE:
                continue
            least = max(240 - measured[number].minutes for number in own)
            then = [
                (
                    replace(one, shared_languages=one.shared_languages + 1)
                    if change.code == ReasonCode.LANGUAGE
                    else replace(one, minutes=one.minutes + min(120, least))
                )
                if number in own
                else one
                for number, one in enumerate(measured)
            ]
            assert change.points == score_of(reasons_of(then, weights)) - score_of(reasons_of(measured, weights)) > 0
