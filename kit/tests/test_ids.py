import uuid

from kit.ids import TimeOrderedIds


def test_ids_are_in_the_order_of_their_making() -> None:
    ids = TimeOrderedIds()
    made = [ids.new("per") for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_is_a_prefix_and_a_uuid_of_version_7() -> None:
    prefix, _, value = TimeOrderedIds().new("per").partition("_")
    assert prefix == "per"
    assert (uuid.UUID(value).version, uuid.UUID(value).variant) == (7, uuid.RFC_4122)
