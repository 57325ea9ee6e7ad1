"""What stands over an answer: how many rows, how long it took, over which window, and what the reader should know."""

from collections.abc import Sequence
from typing import Any

from traitlets import List

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base.render import visible


class Caption(Part):
    """Short facts on one line, and notes below, each a sentence."""

    _esm = browser.module("caption")
    _css = browser.style("caption")

    facts: Any = List(help="short facts").tag(sync=True)
    notes: Any = List(help="sentences for the reader").tag(sync=True)

    def __init__(self, facts: Sequence[str], notes: Sequence[str] = (), **traits: Any) -> None:
        shown = {"facts": [visible(each) for each in facts], "notes": [visible(each) for each in notes]}
        super().__init__(**shown, **traits)
