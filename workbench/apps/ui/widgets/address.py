"""What a page shows, kept in its address, so that an address can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from traitlets import Dict, List

from workbench.apps.ui.widgets import browser
from workbench.apps.ui.widgets.part import Part
from workbench.base import wire
from workbench.base.errors import UnknownName

LONGEST = 6_000
"""Characters of one value; browsers and mail programs cut longer addresses."""


class Address(Part):
    """Texts by name behind the ``#`` of a page served by Voila; invisible. JupyterLab keeps its own address.

    ``longest`` says of names how many characters are taken, where that is not ``LONGEST``. ``arrive`` is told once when
    the page opens with something in its address, and again when the reader goes back.
    """

    _esm = browser.module("address")
    _css = browser.style("address")

    MESSAGES: ClassVar[Mapping[str, str]] = {"arrive": "the address holds `state`, texts by name"}
    EVENTS: ClassVar[Mapping[str, str]] = {"arrive": "the texts of known names, by name; whatever a sender wrote there"}

    names: Any = List(help="the names that are read").tag(sync=True)
    state = Dict(help="the texts to keep in the address").tag(sync=True)

    def __init__(self, names: Sequence[str], *, longest: Mapping[str, int] | None = None, **traits: Any) -> None:
        super().__init__(names=list(names), **traits)
        self._longest = dict(longest or {})

    def show(self, **texts: str) -> None:
        """Keep these texts in the address, beside those kept before; an empty one is taken out.

        Raises:
            UnknownName: a name was not announced.
        """
        for name in texts:
            if name not in self.names:
                raise UnknownName("part of the address", name, self.names)
        whole = {**self.state, **texts}
        self.update(state={name: text[: self._most(name)] for name, text in whole.items() if text})

    def _most(self, name: str) -> int:
        return self._longest.get(name, LONGEST)

    def _got_arrive(self, message: Mapping[str, Any]) -> None:
        given = wire.mapping(message.get("state"))
        found = {name: text for name in self.names if (text := wire.text(given, name, self._most(name)))}
        if found:
            self.state = found
            self.tell("arrive", found)
