import pytest
from hypothesis import given

from tests.apps.ui.reader import heard, junk, tell
from workbench.apps.ui.widgets.address import LONGEST, Address
from workbench.base.errors import UnknownName


def test_texts_are_kept_beside_those_before_and_empty_ones_go() -> None:
    address = Address(("span", "filter"))
    address.show(span="7d")
    address.show(filter="x")
    assert address.state == {"span": "7d", "filter": "x"}
    address.show(span="")
    assert address.state == {"filter": "x"}


def test_arriving_gives_the_texts_of_known_names() -> None:
    address = Address(("span",))
    values = heard(address, "arrive")
    tell(address, "arrive", state={"span": "x" * (LONGEST + 5), "evil": "y"})
    assert values == [{"span": "x" * LONGEST}]
    assert address.state == values[0]


@given(junk)
def test_whatever_stands_in_an_address_only_known_texts_arrive(state: object) -> None:
    address = Address(("a", "b"))
    values = heard(address, "arrive")
    tell(address, "arrive", state=state)
    assert all(set(value) <= {"a", "b"} and all(isinstance(text, str) for text in value.values()) for value in values)


def test_a_name_that_was_not_announced_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean span"):
        Address(("span",)).show(spam="7d")
