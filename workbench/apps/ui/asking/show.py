"""Any frame as a safe table: kinds of columns guessed from names and types, links defanged, a page at a time."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.apps.session.frames import as_polars
from workbench.apps.ui.widgets.cells import Kind, cell
from workbench.apps.ui.widgets.grid import WIDTHS, Column, Grid
from workbench.base.errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

MEASURED = 50
"""Rows that the width of a column is measured on."""
LETTER, PADDING, NARROWEST, WIDEST = 7.2, 32, 48, 380
"""Pixels of a letter, around a cell, and of the least and most that its text gets."""

_PATTERNS: Mapping[str, Kind] = MappingProxyType(
    {
        r"(Url|Uri|Link|Href)(Chain)?$|^(url|uri|link)s?$": "url",
        r"^(Recipient|Mailbox|Account|User|Owner|Target).*(Address|Upn|PrincipalName|Mail)$": "mailbox",
        r"(Mail|Email|From|Sender|Return).*Address$|^(sender|recipient)$": "address",
        r"(Domain|Host(name)?)$|^domain$": "domain",
        r"(IP|IPv4|IPv6|IPAddress|IpAddress)$|^ip$": "ip",
        r"^Subject$|^subject$": "subject",
        r"(SHA256|SHA1|MD5|Hash|Fingerprint)$": "hash",
        r"^DeviceName$": "device",
        r"Id$": "id",
        r"^DeliveryAction$": "delivery",
        r"^Severity$": "severity",
        r"^Verdict$|^verdict$": "verdict",
        r"(Size|Bytes)$": "bytes",
    }
)


def show(
    frame: "pl.DataFrame | pl.LazyFrame | pd.DataFrame", columns: Sequence[str] | None = None, **traits: Any
) -> Grid:
    """A grid of a frame, Polars or pandas. Names of ``columns`` are shown first; the others can be switched on.

    Example:
        >>> wb.show(w.EmailEvents.head(3), ["Timestamp", "Subject"]).total
        3

    Raises:
        UnknownName: a column is not in the frame.
    """
    rows = as_polars(frame)
    for name in columns or ():
        if name not in rows.columns:
            raise UnknownName("column", name, rows.columns)
    order = [*(columns or ()), *(name for name in rows.columns if name not in (columns or ()))]
    made = [_column(rows[name], visible=columns is None or name in columns) for name in order]
    return Grid(rows, made, **{"empty": "The frame has no rows.", "openable": False, **traits})


def _column(values: pl.Series, *, visible: bool) -> Column:
    """A column as wide as its first rows and its name need, within reason."""
    kind = guess(values.name, values.dtype)
    room = _longest(values, kind) * LETTER if values.dtype == pl.String else WIDTHS[kind] - PADDING
    name = min(len(values.name) * LETTER, WIDTHS["url"])
    width = round(min(max(room, name, NARROWEST), WIDEST) + PADDING)
    return Column(values.name, kind=kind, visible=visible, width=width, grows=room > WIDEST)


def _longest(values: pl.Series, kind: Kind) -> int:
    """Characters of the longest of the first values as they are shown: defanged ones are longer than they are held."""
    cells = [cell(value, kind) for value in values.head(MEASURED)]
    return max((len(each[0] if isinstance(each, list) else each) for each in cells if each), default=0)


def guess(name: str, dtype: pl.DataType) -> Kind:
    """What a column holds, by its type and then by its name."""
    if isinstance(dtype, pl.Datetime):
        return "time"
    if isinstance(dtype, pl.Duration):
        return "duration"
    if dtype == pl.Boolean:
        return "bool"
    found: Kind = next((kind for pattern, kind in _PATTERNS.items() if re.search(pattern, name)), "text")
    if dtype.is_numeric():
        return found if found == "bytes" else "number"
    return "list" if dtype.is_nested() and found not in ("url", "domain", "ip", "address") else found
