"""The question behind an answer: KQL, and the line of Python that asks it again."""

from collections.abc import Mapping
from typing import Any

from traitlets import Bool, Dict, Int, Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part


class Code(Part):
    """Texts to read and copy, folded away until wanted. Nothing in it is run."""

    _esm = browser.module("code")
    _css = browser.style("code")

    kql = Unicode("", help="the query in KQL; empty hides it").tag(sync=True)
    python = Unicode("", help="the line of Python; empty hides it").tag(sync=True)
    more = Dict(help="further texts by what they are").tag(sync=True)
    title = Unicode("Show query", help="the words on the fold").tag(sync=True)
    opened = Bool(False, help="whether it is unfolded").tag(sync=True)
    reveals = Int(0, help="grows when the page is to unfold it and bring it into sight").tag(sync=True)

    def __init__(self, kql: str = "", python: str = "", **traits: Any) -> None:
        super().__init__(kql=kql, python=python, **traits)

    def show(
        self, kql: str = "", python: str = "", *, more: Mapping[str, str] | None = None, opened: bool | None = None
    ) -> None:
        """Show other texts; ``opened`` unfolds and brings into sight, or folds; None leaves it as the reader has it."""
        told: dict[str, Any] = {} if opened is None else {"opened": opened}
        self.update(kql=kql, python=python, more=dict(more or {}), reveals=self.reveals + bool(opened), **told)
