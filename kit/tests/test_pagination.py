from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from kit.ids import TimeOrderedIds
from kit.pagination import CursorExpiredError, CursorSealer, InvalidCursorError, Page
from kit.testing.keys import CURSOR_KEY

SEALER = CursorSealer(CURSOR_KEY)


def test_a_cursor_opens_for_the_list_that_it_was_sealed_for() -> None:
    assert SEALER.open("people", SEALER.seal("people", ("Ångström", "per_1"))) == ("Ångström", "per_1")


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursorError):
        SEALER.open("programs", SEALER.seal("people", ("a", "b")))


@pytest.mark.parametrize("cursor", ["", "x", "é", "gAAAAA==", "a" * 2000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        SEALER.open("people", cursor)


def test_a_changed_cursor_is_refused() -> None:
    cursor = SEALER.seal("people", ("a", "b"))
    changed = cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]
    with pytest.raises(InvalidCursorError):
        SEALER.open("people", changed)


def test_a_cursor_older_than_a_day_has_expired() -> None:
    yesterday = int((datetime.now(UTC) - timedelta(hours=25)).timestamp())
    old = Fernet(CURSOR_KEY).encrypt_at_time(b'["people","a","b"]', yesterday).decode()
    with pytest.raises(CursorExpiredError):
        SEALER.open("people", old)


def test_an_older_key_still_opens_after_rotation() -> None:
    cursor = SEALER.seal("people", ("a", "b"))
    rotated = CursorSealer(f"{Fernet.generate_key().decode()},{CURSOR_KEY}")
    assert rotated.open("people", cursor) == ("a", "b")


def test_a_full_page_names_the_next_one_and_the_last_page_names_none() -> None:
    rows = [{"item": f'{{"n":{n}}}', "sort_key": str(n), "id": f"per_{n}"} for n in range(3)]
    full = Page(SEALER, "people", 2, None).body(rows)
    assert b'{"items":[{"n":0},{"n":1}],"next_cursor":"' in full
    assert Page(SEALER, "people", 3, None).body(rows).endswith(b'"next_cursor":null}')


def test_ids_are_in_the_order_of_their_making_and_say_version_seven() -> None:
    ids = TimeOrderedIds()
    made = [ids.new("per") for _ in range(3)]
    assert len(set(made)) == 3
    for one in made:
        prefix, digits = one.split("_")
        assert (prefix, len(digits), digits[12]) == ("per", 32, "7")
        assert digits[16] in "89ab"
    milliseconds = int(made[0].removeprefix("per_")[:12], 16)
    assert abs(milliseconds / 1000 - datetime.now(UTC).timestamp()) < 5
