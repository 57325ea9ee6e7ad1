import pytest

from tests.apps.ui.reader import heard, tell
from workbench.apps.ui.widgets.choice import Choice, Option
from workbench.base.errors import UnknownName

OPTIONS = (Option("mail", "Email", 12_345), Option("urls", "Top URLs", 0), Option("none", "No count"))


def test_the_first_option_is_chosen_and_counts_are_words() -> None:
    choice = Choice(OPTIONS, label="Details")
    assert choice.chosen == "mail"
    assert [each["count"] for each in choice.options] == ["12,345", "0", ""]


def test_choosing_is_told_once() -> None:
    choice = Choice(OPTIONS, label="Details")
    values = heard(choice, "choose")
    for each in ("urls", "urls", "no such", None, 5):
        tell(choice, "choose", id=each)
    assert (choice.chosen, values) == ("urls", ["urls"])


def test_other_counts_keep_the_choice_and_other_options_the_first() -> None:
    choice = Choice(OPTIONS, label="Details")
    choice.choose("urls")
    choice.offer([Option("urls", "Top URLs", 3), Option("x", "X")])
    assert choice.chosen == "urls"
    choice.offer([Option("x", "X")])
    assert choice.chosen == "x"
    choice.offer([])
    assert choice.chosen == ""


def test_an_unknown_option_is_refused_in_python() -> None:
    with pytest.raises(UnknownName, match="Did you mean mail"):
        Choice(OPTIONS, label="Details").choose("mial")


def test_what_cannot_be_chosen_says_why_and_leaves_the_choice() -> None:
    choice = Choice([OPTIONS[0], Option("5m", "5 min", why="2,016 bars, 400 at most")], label="Bars", look="list")
    tell(choice, "choose", id="5m")
    assert (choice.chosen, "5 min cannot be chosen: 2,016 bars" in choice.fault) == ("mail", True)
