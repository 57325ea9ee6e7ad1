import json

from hypothesis import given
from hypothesis import strategies as st

from tests.apps.ui.reader import junk
from workbench.base import wire

messages = st.dictionaries(st.sampled_from(["a", "b"]), junk)


@given(junk)
def test_a_message_is_always_a_mapping_with_text_keys(value: object) -> None:
    assert all(isinstance(key, str) for key in wire.mapping(value))


@given(messages, st.integers(-50, 50), st.integers(0, 100))
def test_an_integer_lies_between_its_limits_or_is_the_default(message: dict[str, object], low: int, span: int) -> None:
    value = wire.integer(message, "a", low, low + span, -999)
    assert value == -999 or low <= value <= low + span


@given(messages)
def test_a_number_is_finite_or_missing(message: dict[str, object]) -> None:
    value = wire.number(message, "a")
    assert value is None or abs(value) < wire.GREATEST


@given(messages, st.integers(0, 40))
def test_text_is_short_and_can_be_written(message: dict[str, object], longest: int) -> None:
    value = wire.text(message, "a", longest)
    assert len(value) <= longest
    assert value.encode("utf-8").decode("utf-8") == value


@given(messages, st.integers(0, 5))
def test_lists_hold_their_type_and_no_more_than_asked(message: dict[str, object], most: int) -> None:
    strings, numbers = wire.texts(message, "a", most), wire.integers(message, "a", most)
    assert all(isinstance(each, str) for each in strings)
    assert all(type(each) is int for each in numbers)
    assert max(len(strings), len(numbers)) <= most


@given(messages)
def test_a_choice_is_one_of_the_known(message: dict[str, object]) -> None:
    assert wire.choice(message, "a", ("x", "y")) in ("x", "y", "")


@given(junk)
def test_depth_and_size_never_fail(value: object) -> None:
    assert 0 <= wire.depth(value, 5) <= 5
    assert wire.size(value) >= 0


def test_good_values_pass_unchanged() -> None:
    message = {"n": 7, "f": 2.5, "t": "text", "l": ["x", 1], "i": [1, True, "x"], "b": True}
    assert wire.integer(message, "n", 0, 10, 0) == 7
    assert wire.number(message, "f") == 2.5
    assert wire.text(message, "t") == "text"
    assert wire.texts(message, "l") == ("x",)
    assert wire.integers(message, "i") == (1,)
    assert wire.flag(message, "b")


def test_true_is_no_number_and_one_is_not_true() -> None:
    assert wire.integer({"a": True}, "a", 0, 9, 5) == 5
    assert not wire.flag({"a": 1}, "a")


def test_depth_counts_nesting() -> None:
    assert wire.depth({"a": [{"b": []}]}, 9) == 3
    assert wire.depth("text", 9) == 0
    assert wire.depth(json.loads("[" * 200 + "]" * 200), 50) == 50


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert wire.text({"a": "x\ud800"}, "a") == "x?"
