"""Names of accounts, addresses, operations and alerts in one spelling, whatever carrier a row came with.

The rows of exports and those of audit records go through it alike, so that a question with ``==`` meets both and an
export of either comes back as what it was. What is an enumeration keeps its raw value.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import polars as pl

from workbench.events.tables import Table

_BRACKETED = r"^\[([0-9A-Fa-f:.%]+)\](?::\d{1,5})?$"
_WITH_PORT = r"^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$"
_MAPPED = r"^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$"
_WRITTEN_OTHERWISE = r"^\s|\s$|^\[|^::ffff:\d|^\d{1,3}(?:\.\d{1,3}){3}:"
_DASHES = "[\u2010-\u2015\u2212]"
_INVISIBLE = "[\u200b-\u200f\u2060\ufeff]"

Change = Callable[[pl.Expr], pl.Expr]


def _account(value: pl.Expr) -> pl.Expr:
    return value.str.strip_chars().str.to_lowercase()


def _address(value: pl.Expr) -> pl.Expr:
    plain = value.str.strip_chars()
    for pattern in (_BRACKETED, _WITH_PORT, _MAPPED):
        plain = plain.str.replace(pattern, "${1}")
    return plain


def _operation(value: pl.Expr) -> pl.Expr:
    return value.str.strip_chars().str.replace_all(_DASHES, "-")


def _title(value: pl.Expr) -> pl.Expr:
    return value.str.replace_all(_INVISIBLE, "").str.strip_chars()


_OF_ANY: Mapping[str, Change] = MappingProxyType(
    {
        "AccountUpn": _account,
        "InitiatingProcessAccountUpn": _account,
        "TargetAccountUpn": _account,
        "UserPrincipalName": _account,
        "ClientIP": _address,
        "Client_IPAddress": _address,
        "IPAddress": _address,
    }
)
"""Columns that mean the same in every table that has them."""

_OF_ONE: Mapping[str, Mapping[str, Change]] = MappingProxyType(
    {
        "OfficeActivity": {"Operation": _operation, "UserId": _account},
        "AlertInfo": {"Title": _title},
        "AlertEvidence": {"Title": _title},
        "SecurityAlert": {"AlertName": _title, "DisplayName": _title},
        "SecurityIncident": {"Title": _title},
    }
)


def addresses_given(frame: pl.DataFrame) -> list[tuple[str, int, str]]:
    """Addresses that come with more than the address, such as a port, which may tell two events apart.

    Gives the column, the position of the row, and the text.
    """
    names = [name for name, change in _OF_ANY.items() if change is _address and frame.schema.get(name) == pl.String]
    found = [(name, frame[name], frame[name].str.contains(_WRITTEN_OTHERWISE).arg_true()) for name in names]
    return [(name, at, texts[at]) for name, texts, places in found for at in places]


def normalised(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with each spelling made one; no row is added or left out.

    Accounts in lower case; addresses without port, brackets and IPv4-in-IPv6 prefix (see ``addresses_given``);
    operations without outer blanks and with plain dashes; titles without characters that show nothing.
    """
    changes = {**_OF_ANY, **_OF_ONE.get(table.name, {})}
    held = {name: change for name, change in changes.items() if frame.schema.get(name) == pl.String}
    return frame.with_columns(change(pl.col(name)) for name, change in held.items())
