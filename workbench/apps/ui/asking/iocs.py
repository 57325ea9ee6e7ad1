"""Indicators out of any frame: `wb.iocs(mail)`."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from workbench.analysis.entities import Indicators, indicators
from workbench.apps.session.current import last
from workbench.apps.session.frames import as_polars
from workbench.apps.ui.asking.show import guess
from workbench.base.config import Organisation

if TYPE_CHECKING:
    import pandas as pd

    from workbench.apps.session import Workbench

_TYPES: Mapping[str, str] = MappingProxyType({"url": "url", "domain": "domain", "ip": "ip", "address": "sender"})
"""Kinds of cells to types of indicators; mailboxes are of ours and are none."""


def iocs(frame: "pl.DataFrame | pl.LazyFrame | pd.DataFrame", workbench: "Workbench | None" = None) -> Indicators:
    """The indicators in a frame, Polars or pandas: URLs, domains, IP addresses, senders, SHA-256, each once.

    Columns are known by their names, as in ``wb.show``. What is ours is left out, and said: by the organisation of
    ``workbench``, else of the one opened last; where none is open, nothing is known to be ours, which is said too.

    Example:
        >>> wb.iocs(w.EmailUrlInfo.filter(UrlDomain="restore.mailkeep.example"), w)
        <Indicators: 3 url, 1 domain.>
    """
    held = workbench or last()
    found = indicators(_columns(as_polars(frame)), held.workspace.organisation if held else Organisation())
    alone = () if held else ("No workbench is open, so nothing is known to be ours.",)
    return Indicators(found.frame, (*found.notes, *alone))


def _columns(frame: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    for column in frame:
        kind = guess(column.name, column.dtype)
        if column.name.endswith("SHA256"):
            yield "sha256", column
        elif kind in _TYPES:
            yield _TYPES[kind], column
