"""One number that can be questioned: what it is, how it changed, its course, and the way to the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from traitlets import Dict, List, Unicode

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.cells import compact, exact
from workbench.apps.ui.widgets.plot import FILES, Plot
from workbench.base import wire
from workbench.base.render import visible

Good = Literal["more", "less", ""]
"""Whether more of something is better, less of it is, or neither."""


@dataclass(frozen=True)
class Action:
    """Something a reader may ask for: the ``id`` handlers are given, and the words on the button."""

    id: str
    label: str
    icon: str = ""
    primary: bool = False
    page: str = ""
    """The page of the same server that it leads to; only where there is none are handlers told."""
    state: str = ""
    """What follows # in the address of that page, or of the one of the control service."""
    control: str = ""
    """The page of the control service that it opens beside this one, where that service is known."""

    def wire(self) -> dict[str, object]:
        """The action as the browser is told of it."""
        return asdict(self)


OPEN_ROWS = Action("rows", "Open rows")
SHOW_QUERY = Action("query", "Show query")


class Card(Plot):
    """A card with one number, or with a figure alone.

    ``show`` sets a number and ``no_data`` says why there is none: 0 and no data never look alike.
    """

    _esm = browser.module(*FILES, "chart_head", "card")
    _css = browser.style("plot", "card")

    MESSAGES: ClassVar[Mapping[str, str]] = {**Plot.MESSAGES, "action": "the action with this `id` was pressed"}
    EVENTS: ClassVar[Mapping[str, str]] = {**Plot.EVENTS, "action": "the id of the action"}

    title = Unicode("", help="what is counted").tag(sync=True)
    definition = Unicode("", help="one line that defines it, behind the info mark").tag(sync=True)
    number = Dict(help="shown, exact and unit of the number; empty without one").tag(sync=True)
    change = Dict(help="sign, text, word and before: the change since the period before").tag(sync=True)
    missing = Unicode("", help="why there is no data; empty where there is").tag(sync=True)
    actions: Any = List(help="id, label, icon, primary, page, state and control of each action").tag(sync=True)

    def __init__(self, title: str, *, definition: str = "", actions: Sequence[Action] = (), **traits: Any) -> None:
        whole = {"definition": definition, "actions": [action.wire() for action in actions]}
        super().__init__(title=visible(title), **whole, **traits)

    def show(
        self, value: float, unit: str = "", *, previous: float | None = None, good: Good = "", unknown: str = ""
    ) -> None:
        """Show a number; with the one of the period before, the change and whether it is for the better.

        ``unknown`` is said in place of a change where there is no number of the period before.
        """
        number = {"shown": compact(value), "exact": exact(value), "unit": unit}
        none = {"before": unknown} if unknown else {}
        self.update(number=number, change=change(value, previous, good) if previous is not None else none, missing="")

    def no_data(self, why: str) -> None:
        """Show that there is nothing to count, and why."""
        self.update(number={}, change={}, missing=why)

    def _got_action(self, message: Mapping[str, Any]) -> None:
        if action := wire.choice(message, "id", [each["id"] for each in self.actions]):
            self.tell("action", action)


def change(value: float, previous: float, good: Good = "") -> dict[str, str]:
    """The change since the period before: its sign, in per cent where that says something, and better or worse."""
    difference = value - previous
    before = f"{exact(previous)} before"
    if difference == 0:
        return {"sign": "even", "text": "no change", "word": "", "before": before}
    relative = abs(difference / previous) if previous else 10
    text = f"{relative:.0%}" if relative < 10 else compact(abs(difference))
    word = "" if not good else "better" if (good == "more") == (difference > 0) else "worse"
    sign = "up" if difference > 0 else "down"
    return {"sign": sign, "text": f"{'+' if difference > 0 else '−'}{text}", "word": word, "before": before}
