"""What a regular expression finds in a text: all its groups in one pass."""

import polars as pl

from workbench.events.query.backend.frame import Frame, Runner
from workbench.events.query.plan import Captures

_GROUPS, _FOUND = "\x00groups", "kql_found_"


def frame(node: Captures, runner: Runner) -> Frame:
    """The source with a column for each group. An empty group of its own tells a fit from none."""
    source = runner.frame(node.source)
    text = runner.value(node.text, source).expr
    if not node.groups:
        lazy = source.lazy.with_columns(text.str.contains(node.pattern).fill_null(value=False).alias(node.found))
        return Frame(lazy, source.forms, ways=source.ways)
    groups = pl.col(_GROUPS).struct
    lazy = source.lazy.with_columns(text.str.extract_groups(f"(?P<{_FOUND}>){node.pattern}").alias(_GROUPS))
    found = groups.field(_FOUND).is_not_null().alias(node.found)
    held = [groups.field(name).fill_null("").alias(name) for name in node.groups]
    return Frame(lazy.with_columns(found, *held).drop(_GROUPS), source.forms, ways=source.ways)
