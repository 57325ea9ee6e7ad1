"""The reader's side of a widget, as far as Python sees it: messages, and traits written by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st

from workbench.apps.ui.widgets.part import Part

texts = st.text(st.characters(exclude_categories=[]), max_size=30)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=6),
    max_leaves=20,
)
"""Anything JSON could carry, and some things it could not."""


def tell(widget: Part, kind: str, **body: Any) -> None:
    """Send a message as the page does."""
    widget._handle_custom_msg({"kind": kind, **body}, [])


def write(widget: Part, **traits: Any) -> None:
    """Write traits as a hand-made page does."""
    data = {"method": "update", "state": traits, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def heard(widget: Part, event: str) -> list[Any]:
    """What handlers of an event are given from now on."""
    values: list[Any] = []
    widget.on(event, values.append)
    return values


@contextmanager
def sent(widget: Part) -> Iterator[list[tuple[Mapping[str, Any], Any]]]:
    """Messages and updates that go to the browser meanwhile."""
    messages: list[tuple[Mapping[str, Any], Any]] = []
    widget._send = lambda message, buffers=None: messages.append((message, buffers))
    try:
        yield messages
    finally:
        del widget._send
