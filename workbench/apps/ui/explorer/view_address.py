"""A view of the Explorer in the address of its page, so that an address can be sent to a colleague."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.apps.explore.rows import Sort
from workbench.apps.explore.view_text import ROWS, Shape
from workbench.apps.ui.explorer.saved import Saved
from workbench.apps.ui.widgets.address import LONGEST
from workbench.base.errors import BadInput
from workbench.views.explorer.pictures import AUTO

NAMES = (
    *("view", "span", "filter", "by", "bins", "compare", "cross"),
    *("list", "columns", "sort", "text", "saved", "name"),
)
"""What an address may hold of a view; ``text`` is a whole one, which its parts take the place of once it was read."""


def state_of(shape: Shape, saved: Saved | None) -> dict[str, str]:
    """What the address of a page holds; empty texts stand for what is usual, and take away what stood there."""
    return {
        "view": shape.view.name,
        "span": shape.span,
        "filter": _filter(shape),
        "by": shape.by,
        "bins": "" if shape.bins == AUTO else shape.bins,
        "compare": "yes" if shape.compare else "",
        "cross": ".".join(shape.cross or ()),
        "list": "" if shape.list == ROWS else shape.list,
        "columns": _columns(shape, whole=saved is not None),
        "sort": f"{'-' if shape.sort.descending else ''}{shape.sort.column}" if shape.sort else "",
        "text": "",
        **(saved.state if saved else {"saved": "", "name": ""}),
    }


def arranged(state: Mapping[str, str], shape: Shape) -> Shape:
    """A view with the columns and the order that an address holds; names that there are not are left out."""
    known = [each.field for each in shape.view.columns]
    columns = tuple(each for each in state.get("columns", "").split(",") if each in known)
    orders = known if shape.tab is None else [each.name for each in shape.tab.columns]
    column = state.get("sort", "").removeprefix("-")
    sort = Sort(column, state["sort"].startswith("-")) if column in orders else None
    return replace(shape, columns=columns, sort=sort)


def parsed(text: str) -> Mapping[str, Any]:
    """The filter of an address.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        tree = json.loads(text)
    except ValueError:
        raise BadInput("The filter in the address cannot be read", next_step="Remove what follows # in it.") from None
    return tree if isinstance(tree, dict) else {}


def _filter(shape: Shape) -> str:
    """The filter as text; empty for one that is too long for an address, which a cut one would spoil."""
    text = json.dumps(shape.tree, separators=(",", ":")) if shape.tree["items"] else ""
    return text if len(text) <= LONGEST else ""


def _columns(shape: Shape, *, whole: bool) -> str:
    """The columns; those that are there at first only where it is to be ``whole``, whatever a browser remembers."""
    usual = tuple(each.field for at, each in enumerate(shape.view.columns) if at == 0 or each.default)
    return ",".join(shape.columns) if whole or shape.columns != usual else ""
