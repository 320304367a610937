import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.languages import negotiate

OFFERED = ("en", "de", "pt-br")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-AT-1996, en;q=0.9", "de"),
        ("en;q=0.2, de;q=0.8", "de"),
        ("de;q=0.5, en;q=0.5", "de"),
        ("fr, de;q=0.1", "de"),
        ("fr", "en"),
        ("pt-BR", "pt-br"),
        ("pt", "en"),
        ("*", "en"),
        ("en;q=0, *", "de"),
        ("de;q=0", "en"),
        ("de-AT, de;q=0", "en"),
        ("de ; q=1.000 , en", "de"),
        ("de;q=high, en", "en"),
        ("de;q=0.5;x=1, ,, ;q=1", "en"),
    ],
)
def test_the_language_that_suits_best(accepted: str | None, language: str) -> None:
    assert negotiate(accepted, OFFERED) == language


@given(st.text(alphabet="deEN-*;q=01., \t\x00é", max_size=60))
def test_no_header_makes_it_fail(accepted: str) -> None:
    assert negotiate(accepted, OFFERED) in OFFERED
