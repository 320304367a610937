import re
from string import Formatter

import pytest

from services.matching.domain.explanation_reader import Audience
from services.matching.domain.kinds import Kind
from services.matching.domain.reasons import ReasonCode
from services.matching.domain.review.left_out import Binding, BindingRule
from services.matching.domain.words.locales import DEFAULT, LOCALES

NOT_FOR_COORDINATORS = {"choice", "change_choice"}
"""What somebody chose is told to themself alone."""
LEFT_OUT = {one.replace("-", "_") for one in Binding if one is not Binding.RULE} | {
    f"rule_{one}".replace("-", "_") for one in BindingRule
}
"""What is said of learners whom a round left out, to themselves and to coordinators."""
NEVER = {
    "en": r"he|she|him|her|his|male|female|men|women|young\w*|old|older|junior\w*|senior\w*|age|aged|rank\w*|boss",
    "de": r"er|ihm|ihn|männlich\w*|weiblich\w*|frau\w*|herr\w*|jung\w*|jünger\w*|alt|älter\w*|rang\w*|chef\w*|\w+innen",
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_there_are_two_languages_at_least_and_english_where_none_suits() -> None:
    assert {"en", "de"} <= LOCALES.keys()
    assert next(iter(LOCALES)) == DEFAULT


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_there_for_every_reader_in_every_locale(locale: str) -> None:
    words, known = LOCALES[locale], LOCALES[DEFAULT]
    assert words.sentences.keys() == known.sentences.keys()
    assert set(ReasonCode) | LEFT_OUT <= words.sentences.keys()
    assert words.formats.keys() == known.formats.keys()
    assert words.time_costs.keys() == set(Kind)
    for form, sentences in words.sentences.items():
        readers = set(Audience) - ({Audience.COORDINATOR} if form in NOT_FOR_COORDINATORS else set())
        readers -= {Audience.TEACHER} if form.removeprefix("change_") in LEFT_OUT else set()
        assert sentences.keys() == readers
        for reader, sentence in sentences.items():
            assert placeholders(sentence) == placeholders(known.sentences[form][reader]), (form, reader)
            assert sentence.endswith((".", "{held}."))


@pytest.mark.parametrize("locale", NEVER)
def test_no_sentence_speaks_of_age_gender_or_rank(locale: str) -> None:
    for form, sentences in LOCALES[locale].sentences.items():
        for sentence in sentences.values():
            assert not re.search(rf"\b({NEVER[locale]})\b", sentence, re.IGNORECASE), (form, sentence)


@pytest.mark.parametrize(
    ("locale", "minutes", "duration"),
    [
        ("en", 45, "45 minutes"),
        ("en", 60, "an hour"),
        ("en", 75, "1.25 hours"),
        ("en", 120, "2 hours"),
        ("de", 60, "eine Stunde"),
        ("de", 630, "10,5 Stunden"),
    ],
)
def test_durations_are_told_as_people_say_them(locale: str, minutes: int, duration: str) -> None:
    assert LOCALES[locale].duration(minutes) == duration


def test_points_are_written_as_the_locale_writes_numbers() -> None:
    assert [LOCALES["en"].points(number) for number in (1, 500, 1_250)] == ["a point", "500 points", "1,250 points"]
    assert LOCALES["de"].points(1_250) == "1.250 Punkte"
