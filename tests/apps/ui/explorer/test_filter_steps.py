from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.explore.test_filters import PROPERTIES, condition, tree
from workbench.apps.ui.explorer.filter_steps import LONGEST, MOST, Steps, describe

SUBJECT, COUNT = condition("Subject", "contains", "x"), condition("UrlCount", "above", 3)
TREES = (tree(), tree(SUBJECT), tree(COUNT), tree(SUBJECT, COUNT), tree(SUBJECT, COUNT, op="any"), tree(tree(COUNT)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (tree(), tree(SUBJECT), "Added Subject contains x"),
        (tree(SUBJECT), tree(SUBJECT, tree(COUNT, op="any")), "Added URL count > 3"),
        (tree(SUBJECT, COUNT), tree(COUNT), "Removed Subject contains x"),
        (tree(SUBJECT), tree(COUNT), "Changed to URL count > 3"),
        (tree(SUBJECT, COUNT), tree(), "Cleared"),
        (tree(SUBJECT, COUNT), tree(SUBJECT, COUNT, op="any"), "Subject contains x or URL count > 3"),
        (tree(SUBJECT, SUBJECT), tree(SUBJECT), "Removed Subject contains x"),
        (tree(), tree(SUBJECT, tree(COUNT, COUNT, op="any")), "Added 3 filters: Subject, URL count"),
        (tree(SUBJECT), tree(COUNT, condition("HasUrl", "is", True)), "URL count > 3 and Has URL is yes"),
    ],
)
def test_a_step_is_described_by_what_it_did(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    assert describe(before, after, PROPERTIES) == said


def test_a_step_is_said_in_few_characters_of_which_none_hides() -> None:
    steps = Steps(tree(), PROPERTIES)
    steps.take(tree(condition("Subject", "any_of", *["\u202e" * 60] * 9)))
    said = steps.wire()["said"]
    assert isinstance(said, list)
    assert "\u202e" not in said[1]
    assert len(said[1]) < 2 * LONGEST


@given(st.lists(st.sampled_from(TREES) | st.integers(-1, 6), max_size=30))
def test_steps_are_a_line_with_one_place_on_it(acts: list[Any]) -> None:
    line, at, steps = [TREES[0]], 0, Steps(TREES[0], PROPERTIES)
    for act in acts:
        if isinstance(act, int):
            there = 0 <= act < len(line) and act != at
            assert steps.go(act) is there
            at = act if there else at
        else:
            steps.take(act)
            line, at = (line, at) if act == line[at] else ([*line[: at + 1], act][-MOST:], at + 1)
        assert steps.tree == line[at]
        assert steps.wire()["at"] == at
        assert len(steps.wire()["said"]) == len(line)  # type: ignore[arg-type]  # a list of texts
