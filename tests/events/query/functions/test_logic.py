from itertools import product

import pytest

from tests.events.query.conftest import check, column, value

WORDS = {True: "true", False: "false", None: "bool(null)"}


@pytest.mark.parametrize(("left", "right"), list(product([True, False, None], repeat=2)))
def test_and_and_or_leave_open_what_is_open(left: bool | None, right: bool | None) -> None:
    both = False if False in (left, right) else None if None in (left, right) else True
    one = True if True in (left, right) else None if None in (left, right) else False
    assert value(f"{WORDS[left]} and {WORDS[right]}") is both
    assert value(f"{WORDS[left]} or {WORDS[right]}") is one


@pytest.mark.parametrize(("given", "expected"), [("true", False), ("false", True), ("bool(null)", None)])
def test_not_turns_an_answer_and_leaves_none(given: str, expected: bool | None) -> None:
    check(f"not({given})", expected)


def test_and_binds_tighter_than_or() -> None:
    assert value("true or false and false") is True
    assert value("(true or false) and false") is False


def test_thousands_of_conditions_are_one_flat_condition() -> None:
    conditions = " or ".join(f'Id == "x{number}"' for number in range(3000))
    assert column(f'Mail | where {conditions} or Id == "m4" | project Id') == ["m4"]
