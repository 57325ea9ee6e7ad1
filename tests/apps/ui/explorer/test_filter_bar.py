from typing import Any

import pytest
from hypothesis import given

from tests.apps.explore.test_filters import PROPERTIES, condition, tree
from tests.apps.ui.reader import heard, junk, tell, write
from workbench.apps.explore.filter_values import OPERATORS, Property
from workbench.apps.explore.filters import count
from workbench.apps.ui.explorer.filter_bar import FilterBar
from workbench.apps.ui.explorer.filter_paste import LONGEST
from workbench.apps.ui.explorer.filter_steps import MOST
from workbench.base.errors import BadInput

ONE = tree(condition("Subject", "contains", "x"))
TWO = tree(*ONE["items"], condition("UrlCount", "above", 3))


def bar(value: dict[str, Any] | None = None) -> FilterBar:
    return FilterBar(tuple(PROPERTIES.values()), value or tree(), noun="messages")


def test_it_starts_with_the_given_filter_in_normal_form() -> None:
    widget = bar(tree(condition("SenderFromDomain", "any_of", "evil[.]example")))
    assert widget.tree["items"][0]["values"] == ["evil.example"]
    assert widget.sentence == "Sender domain is any of evil.example"


def test_a_change_is_read_kept_and_told() -> None:
    widget = bar()
    values = heard(widget, "change")
    tell(widget, "change", tree=ONE, seq=1)
    assert values == [widget.tree] == [ONE]


def test_a_preview_is_told_and_changes_nothing() -> None:
    widget = bar()
    values = heard(widget, "preview")
    tell(widget, "preview", tree=ONE, seq=1)
    assert (values, widget.tree) == ([ONE], tree())


def test_an_answer_carries_the_number_of_its_question() -> None:
    widget = bar()
    widget.on("preview", lambda _tree: widget.matches(214, 12_345))
    tell(widget, "preview", tree=ONE, seq=7)
    assert widget.answer == {"seq": 7, "matches": 214, "total": 12_345}


def test_a_change_that_does_not_fit_is_refused_and_the_page_draws_the_old_filter_again() -> None:
    widget = bar(ONE)
    values, before = heard(widget, "change"), widget.version
    tell(widget, "change", tree=tree(condition("Nothing", "is", 1)), seq=2)
    assert "There is no filter property named 'Nothing'" in widget.fault
    assert (widget.tree, values) == (ONE, [])
    assert widget.version > before


@given(junk, junk)
def test_no_message_breaks_the_bar(value: object, seq: object) -> None:
    widget = bar(ONE)
    tell(widget, "change", tree=value, seq=seq)
    tell(widget, "preview", tree=value, seq=seq)
    assert not widget.fault.startswith("This did not work")
    assert count(widget.tree) <= 1


def test_steps_are_gone_back_and_forward_in_any_order() -> None:
    widget = bar()
    values = heard(widget, "change")
    tell(widget, "change", tree=ONE, seq=1)
    tell(widget, "change", tree=TWO, seq=2)
    assert widget.steps == {"at": 2, "said": ["No filter", "Added Subject contains x", "Added URL count > 3"]}
    for at in (1, 0, 2, 0):
        tell(widget, "step", at=at)
        assert (widget.tree, widget.steps["at"]) == ([tree(), ONE, TWO][at], at)
    assert values == [ONE, TWO, ONE, tree(), TWO, tree()]
    tell(widget, "change", tree=TWO, seq=3)
    assert widget.steps == {"at": 1, "said": ["No filter", "Added 2 filters: Subject, URL count"]}


@given(junk)
def test_no_step_that_there_is_not_is_gone_to(at: object) -> None:
    widget = bar(ONE)
    widget.set(TWO)
    tell(widget, "step", at=at)
    assert widget.tree in (ONE, TWO)
    assert widget.fault == ""


def test_the_same_filter_again_is_no_step() -> None:
    widget = bar(ONE)
    tell(widget, "change", tree=ONE, seq=1)
    assert widget.steps == {"at": 0, "said": ["Subject contains x"]}


def test_python_can_set_a_filter_and_it_can_be_gone_back_from() -> None:
    widget = bar()
    values = heard(widget, "change")
    widget.set(ONE)
    tell(widget, "step", at=0)
    assert values == [ONE, tree()]
    with pytest.raises(BadInput):
        widget.set({"op": "no"})


def test_the_past_is_not_kept_for_ever() -> None:
    widget = bar()
    for at in range(MOST + 10):
        widget.set(tree(condition("UrlCount", "above", at)))
    assert (widget.steps["at"], len(widget.steps["said"])) == (MOST - 1, MOST)
    tell(widget, "step", at=0)
    assert widget.tree == tree(condition("UrlCount", "above", 10))


def test_a_pasted_list_becomes_values_of_a_property() -> None:
    widget = bar()
    tell(widget, "paste", seq=3, property="UrlCount", operator="equals", text="7\n8;7\nmany")
    assert widget.pasted == {"seq": 3, "said": "2 values, 1 duplicate, 1 not read: many", "values": [7, 8], "group": {}}
    assert widget.tree == tree()


def test_pasted_indicators_become_a_group_that_can_be_filtered_by() -> None:
    known = (*PROPERTIES.values(), Property("SenderIPv6", "Sender IPv6", "ip", indicators=("ipv6",)))
    widget = FilterBar(known)
    tell(widget, "paste", seq=4, text="see 2001:db8[:]:7, 2001:db8::/32")
    assert widget.pasted["said"] == "2 IPv6 addresses; 1 other word passed over"
    tell(widget, "change", seq=5, tree=tree(widget.pasted["group"]))
    assert widget.sentence == "(Sender IPv6 is any of 2001:db8::7 or Sender IPv6 is in network 2001:db8::/32)"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no indicator", "No indicator was found that can be filtered by: 0 values; 2 other words passed over."),
        ("x" * (LONGEST + 9), "has 2,000,001 characters. At most 2,000,000 are read."),
        (7, "No indicator was found"),
    ],
)
def test_what_cannot_be_pasted_is_said_in_the_answer(text: object, words: str) -> None:
    widget = bar(ONE)
    tell(widget, "paste", seq=9, text=text)
    assert widget.pasted["seq"] == 9
    assert words in widget.pasted["fault"]
    assert (widget.fault, widget.tree) == ("", ONE)


@given(junk, junk, junk)
def test_no_pasted_message_breaks_the_bar(text: object, name: object, operator: object) -> None:
    widget = bar()
    tell(widget, "paste", text=text, property=name, operator=operator)
    assert not widget.fault


def test_a_value_of_a_list_that_only_the_data_know_is_taken_and_known_from_then_on() -> None:
    asked: list[str] = []

    def held(_name: str, text: str) -> str:
        asked.append(text)
        return "Replaced" if text == "replaced" else ""

    widget = FilterBar(tuple(PROPERTIES.values()), held=held)
    for text in ("replaced", "Replaced", "nonsense"):
        tell(widget, "change", seq=1, tree=tree(condition("DeliveryAction", "any_of", text)))
    assert widget.sentence == "Delivery action is any of Replaced"
    assert asked == ["replaced", "nonsense"]
    assert "There is no value of Delivery action named 'nonsense'" in widget.fault
    listed = next(each for each in widget.properties if each["name"] == "DeliveryAction")
    assert listed["values"] == ["Delivered", "Junked", "Replaced"]


def test_traits_written_by_the_page_change_nothing() -> None:
    widget = bar(ONE)
    write(widget, filter=TWO, properties=[], answer={"seq": 10**9, "matches": 0, "total": 0})
    assert widget.tree == ONE
    assert len(widget.properties) == len(PROPERTIES)
    assert widget.answer == {}


def test_the_page_knows_the_operators_of_every_kind() -> None:
    assert {kind: [each["name"] for each in known] for kind, known in bar().operators.items()} == {
        kind: list(known) for kind, known in OPERATORS.items()
    }
