"""One of several: tabs with counts, a row of segments, a list, or a switch between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from traitlets import List, Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.cells import exact
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import BadInput, UnknownName


@dataclass(frozen=True)
class Option:
    """One thing to choose; ``count`` None shows no number, and 0 shows 0. ``why`` says why it cannot be chosen now."""

    id: str
    label: str
    count: int | None = None
    why: str = ""


class Choice(Part):
    """A choice that is always made: the first option unless said otherwise."""

    _esm = browser.module("choice")
    _css = browser.style("choice")

    MESSAGES: ClassVar[Mapping[str, str]] = {"choose": "the option with this `id` was chosen"}
    LATEST: ClassVar[frozenset[str]] = frozenset({"choose"})
    EVENTS: ClassVar[Mapping[str, str]] = {"choose": "the id of the chosen option"}

    options: Any = List(help="id, label and count of each option, and why it cannot be chosen").tag(sync=True)
    chosen = Unicode("", help="id of the chosen option").tag(sync=True)
    label = Unicode("", help="what is chosen").tag(sync=True)
    look = Unicode("tabs", help="tabs, segments, list, or switch, which is on at the second option").tag(sync=True)

    def __init__(
        self,
        options: Sequence[Option],
        *,
        label: str,
        look: Literal["tabs", "segments", "list", "switch"] = "tabs",
        **traits: Any,
    ) -> None:
        super().__init__(label=label, look=look, **traits)
        self.offer(options)

    def offer(self, options: Sequence[Option]) -> None:
        """Show other options or counts; the choice stays where it is still offered, and nobody is told otherwise."""
        ids = [option.id for option in options]
        wired = [
            {
                "id": each.id,
                "label": each.label,
                "count": "" if each.count is None else exact(each.count),
                "why": each.why,
            }
            for each in options
        ]
        self.update(options=wired, chosen=self.chosen if self.chosen in ids else next(iter(ids), ""))

    def choose(self, option: str) -> None:
        """Choose an option and tell those who listen.

        Raises:
            UnknownName: it is not offered.
            BadInput: it cannot be chosen now.
        """
        known = {each["id"]: each for each in self.options}
        if option not in known:
            raise UnknownName("option", option, known, where=self.label)
        if why := known[option]["why"]:
            raise BadInput(f"{known[option]['label']} cannot be chosen: {why}", next_step="Choose another.")
        self.update(chosen=option)
        self.tell("choose", option)

    def _got_choose(self, message: Mapping[str, Any]) -> None:
        option = wire.choice(message, "id", [each["id"] for each in self.options])
        if option and option != self.chosen:
            self.choose(option)
