"""Saved views of a workspace: kept by its control service, for everybody who may see them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from workbench.apps.session.listings import each_of
from workbench.base.errors import Clash, UnknownName
from workbench.ledger.api import SavedViewChange, SavedViewHeld, SavedViewNew
from workbench.ledger.client import Client

if TYPE_CHECKING:
    from workbench.apps.session.workbench import Workbench


class Views:
    """``w.views``: the service's saved views by name. Each call asks the service; nothing is kept here.

    ``wb.explorer(w, saved="name")`` opens one.
    """

    def __init__(self, workbench: "Workbench") -> None:
        self._workbench = workbench

    def list(self) -> pl.DataFrame:
        """Name, text and note of every view, and when it was changed last and by whom.

        Raises:
            ServiceDown: no service runs.
        """
        held = [(each.name, each.text, each.note, each.updated_at, each.updated_by) for each in saved(self._client)]
        time = pl.Datetime("us", "UTC")
        schema: dict[str, pl.DataType | type[pl.DataType]] = {
            "Name": pl.String, "Text": pl.String, "Note": pl.String, "UpdatedTime": time, "UpdatedBy": pl.String
        }  # fmt: skip
        return pl.DataFrame(held, schema=schema, orient="row")

    def get(self, name: str) -> str:
        """The text of a saved view.

        Raises:
            UnknownName: none has that name.
        """
        return named(self._client, name).text

    def save(self, name: str, text: str, *, note: str = "", replace: bool = False) -> None:
        """Keep a view's text under a name; the same one again changes nothing.

        Raises:
            BadInput: it is no text of a view. UnknownName: it names something that there is not, with the nearest.
            Clash: another view has that name, or somebody changed it meanwhile; it holds both texts.
        """
        save(self._client, SavedViewNew(name=name, text=text, note=note), replace=replace)

    @property
    def _client(self) -> Client:
        return self._workbench.client


def saved(client: Client) -> Iterator[SavedViewHeld]:
    """All saved views by name."""
    return each_of(client.saved_views)


def named(client: Client, name: str) -> SavedViewHeld:
    """The view of a name.

    Raises:
        UnknownName: there is none.
    """
    held = {each.name: each for each in saved(client)}
    if name not in held:
        raise UnknownName("saved view", name, held)
    return held[name]


def save(client: Client, new: SavedViewNew, *, replace: bool = False) -> SavedViewHeld:
    """Keep a view. Raises as ``Views.save``."""
    held = next((each for each in saved(client) if each.name == new.name), None)
    if held is None:
        return client.save_view(new)
    if not replace and held.text != new.text:
        what = f"Another view is saved as {new.name!r}"
        raise Clash(what, mine={"text": new.text}, theirs={"text": held.text}, version=held.version)
    return client.change_view(held.id, SavedViewChange(version=held.version, text=new.text, note=new.note))
