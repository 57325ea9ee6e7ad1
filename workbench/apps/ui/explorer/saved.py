"""The saved view that a page was opened as, and the ways to the pages of the control service that keep and list views.

Saving is done there, by whoever is logged in there: no token comes to a page.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from workbench.apps.explore.view_text import Shape, outline, read
from workbench.apps.session import Workbench
from workbench.apps.session.views import named
from workbench.apps.ui.widgets.card import Action
from workbench.base.errors import BadInput, WorkbenchError
from workbench.base.render import visible

LONGEST = 65_536
"""Characters of a view that is kept by name; the service keeps no longer texts."""
SAVE, LIST = "save", "saved"
_MARK = re.compile(r"([0-9A-HJKMNP-TV-Z]{26})\.([1-9][0-9]{0,14})")
_NAME = 200


@dataclass(frozen=True)
class Saved:
    """A saved view as it was opened: its id, the version it had then, and its name."""

    id: str
    version: int
    name: str

    @property
    def state(self) -> dict[str, str]:
        """What an address keeps of it."""
        return {"saved": f"{self.id}.{self.version}", "name": self.name}


def saved_of(state: Mapping[str, str]) -> Saved | None:
    """The saved view that an address names, if it names one: only a name for people, whoever wrote the address."""
    found = _MARK.fullmatch(state.get("saved", ""))
    return Saved(found[1], int(found[2]), state.get("name", "")[:_NAME]) if found else None


def opened(state: Mapping[str, str], workbench: Workbench) -> tuple[Shape, Saved | None]:
    """The view whose text an address holds, and as which saved one it is kept.

    Raises:
        BadInput: it cannot be shown (any more); says which and why, with the nearest.
    """
    found = saved_of(state)
    try:
        return read(state["text"], workbench), found
    except WorkbenchError as error:
        which = f"The saved view {said(found)!r}" if found else "The view in the address"
        raise BadInput(f"{which} cannot be shown as it is written: {error.what}", next_step=error.next_step) from None


def asked_for(workbench: Workbench, name: str) -> tuple[Saved, str]:
    """The saved view of a name, and its text, as the control service has them.

    Raises:
        ServiceDown: no service runs.
        UnknownName: there is no such view; the error carries the nearest.
    """
    held = named(workbench.client, name)
    return Saved(held.id, held.version, held.name), held.text


def ways(shape: Shape, saved: Saved | None) -> tuple[Action, ...]:
    """To where a page is saved, in place of what was opened or as a new view, and to the list of saved views."""
    there, text = (f"views/{saved.id}" if saved else "views/new"), kept_text(shape)
    state = {"text": text, **({"version": str(saved.version)} if saved else {})}
    hash_ = urlencode(state, quote_via=quote, safe="")
    save = (
        Action(SAVE, "Save view…", "save", control=there, state=hash_) if text else Action(SAVE, "Save view…", "save")
    )
    return save, Action(LIST, "Saved views", control="views")


def kept_text(shape: Shape) -> str:
    """The text of a page as it is kept; empty where that is too long."""
    if len(json.dumps(shape.tree)) > LONGEST:
        return ""
    text = outline(shape)
    return text if len(text.encode()) <= LONGEST else ""


def refuse_long() -> None:
    """Say why a page is not saved.

    Raises:
        BadInput: always.
    """
    what = f"The filter is too long to be saved by name: more than {LONGEST:,} characters"
    raise BadInput(what, next_step="Export the view as text.")


def said(saved: Saved | None) -> str:
    """The name of the view that was opened, for people; empty where none was."""
    return visible(saved.name or saved.id, _NAME) if saved else ""
