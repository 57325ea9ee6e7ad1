"""``_GetWatchlist``: the rows of a pinned watchlist (documentation page "Watchlists in Microsoft Sentinel")."""

from itertools import islice
from typing import TYPE_CHECKING

from workbench.base.errors import BadInput
from workbench.events.lookups.feeds import WATCHLIST, Pin, advice
from workbench.events.lookups.records import fields, unpacked
from workbench.events.query.catalog import feeds_of
from workbench.events.query.faults import place
from workbench.events.query.kql.literals import instant
from workbench.events.query.kql.syntax import Call
from workbench.events.query.plan import Bound, Const, Feed, Node, Ref, extended, kept
from workbench.events.query.tabular._declare import Tabular, arguments

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

_KEY = "SearchKey"
_MOST_COLUMNS = 1_000


def _bind(call: Call, _source: Node | None, binder: "Binder") -> Node:
    tree = arguments(call, 1, 2, "_GetWatchlist('name')", binder)[0]
    name = str(binder.constant(tree, ("string",), "The name of a watchlist").value)
    address = f"{WATCHLIST}{name}"
    pin = feeds_of(binder.catalog).find(address)
    heads = _heads(address, call, binder) if pin else _guessed(name, binder)
    if pin:
        binder.note(f"The watchlist {name} is read from {pin.told()}.")
    at = (max(call.at, 0), place(binder.text, call.at))
    ways = tuple((number,) for number in range(len(heads)))
    feed = Feed((address,), "csv", ways, (True, False), "", at, columns=tuple((head, "string") for head in heads))
    return _completed(feed, pin)


def _heads(address: str, call: Call, binder: "Binder") -> list[str]:
    """The names in the first record.

    Raises:
        BadQuery: the file cannot be read, or two columns have one name.
    """
    try:
        first = next(islice(fields(unpacked(feeds_of(binder.catalog).read(address)), "csv"), 1), [])
    except BadInput as error:
        raise binder.error(call, error.what, error.next_step) from None
    heads = [head.strip() for head in first]
    if not heads or not all(heads) or len(set(heads)) < len(heads) or len(heads) > _MOST_COLUMNS:
        raise binder.error(call, "The first record of the watchlist must name its columns, each once", advice(address))
    return heads


def _guessed(name: str, binder: "Binder") -> list[str]:
    """The columns that the query names, where the watchlist is not there."""
    binder.sight.open = True
    binder.note(f"The watchlist {name} is not pinned. {advice(f'{WATCHLIST}{name}')}")
    return [_KEY, *(each for each in binder.sight.guesses if each not in (_KEY, *_ADDED))]


_ADDED = ("_DTItemId", "LastUpdatedTimeUTC")


def _completed(feed: Feed, pin: Pin | None) -> Node:
    """The columns that every watchlist has, before its own; the first column is the key where none is called so."""
    own = [name for name, _ in feed.columns if name not in (*_ADDED, _KEY)]
    key = _KEY if _KEY in feed.types else feed.columns[0][0]
    updated = instant(pin.pinned) if pin else None
    added: tuple[tuple[str, Bound], ...] = (
        ("_DTItemId", Const("", type="string")),
        ("LastUpdatedTimeUTC", Const(updated, type="datetime")),
        (_KEY, Ref(key, type="string")),
    )
    return kept(extended(feed, added), {name: name for name in (*_ADDED, _KEY, *own)})


TABULAR = Tabular("_GetWatchlist", "('name')", "The rows of a watchlist that is pinned as watchlist:NAME.", _bind)
