from pathlib import Path

from workbench.events.query import Limits
from workbench.events.query.backend.frame import MOST_MEMBERS
from workbench.events.query.backend.nodes import LONGEST_SERIES
from workbench.events.query.functions.groups import MOST_ELEMENTS
from workbench.events.query.kql.expressions import LONGEST_PIPELINE
from workbench.events.query.kql.lexer import LONGEST_TEXT, MOST_TOKENS
from workbench.events.query.kql.parser import DEEPEST

PAGE = Path(__file__).parents[3] / "docs" / "kql.md"


def test_the_page_gives_the_limits_as_they_are() -> None:
    limits = PAGE.read_text("utf-8").split("## Limits")[1].split("## Errors")[0]
    for number in (Limits().rows, MOST_MEMBERS, LONGEST_SERIES, MOST_ELEMENTS):
        assert f"{number:,}" in limits
    assert f"{LONGEST_TEXT // 1024} kB, {MOST_TOKENS:,} words and signs" in limits
    assert f"{DEEPEST} levels" in limits
    assert f"{LONGEST_PIPELINE} operators a pipeline" in limits


def test_time_and_memory_are_limited_only_where_asked_for() -> None:
    assert (Limits().seconds, Limits().memory_mb) == (None, None)
