from typing import Any

import pytest
from hypothesis import given

from tests.apps.ui.reader import heard, junk, tell, write
from tests.apps.ui.test_filters import PROPERTIES, condition, tree
from workbench.apps.ui.filter_bar import UNDO, FilterBar
from workbench.apps.ui.filters import OPERATORS, count
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


def test_changes_are_undone_one_after_the_other() -> None:
    widget = bar()
    values = heard(widget, "change")
    tell(widget, "change", tree=ONE, seq=1)
    tell(widget, "change", tree=TWO, seq=2)
    assert widget.undoable == {"steps": 2}
    for _ in range(3):
        tell(widget, "undo")
    assert widget.tree == tree()
    assert values == [ONE, TWO, ONE, tree()]
    assert widget.undoable == {"steps": 0}


def test_the_same_filter_again_is_no_step_to_undo() -> None:
    widget = bar(ONE)
    tell(widget, "change", tree=ONE, seq=1)
    assert widget.undoable == {"steps": 0}


def test_python_can_set_a_filter_and_it_can_be_undone() -> None:
    widget = bar()
    values = heard(widget, "change")
    widget.set(ONE)
    tell(widget, "undo")
    assert values == [ONE, tree()]
    with pytest.raises(BadInput):
        widget.set({"op": "no"})


def test_the_past_is_not_kept_for_ever() -> None:
    widget = bar()
    for at in range(UNDO + 10):
        widget.set(tree(condition("UrlCount", "above", at)))
    assert widget.undoable == {"steps": UNDO}


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
