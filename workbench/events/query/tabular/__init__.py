"""Functions of the services that give tables, one file each; and those that are refused by name."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from workbench.base.discover import discover
from workbench.events.query.kql.syntax import Call
from workbench.events.query.plan import Node
from workbench.events.query.tabular._declare import Tabular

if TYPE_CHECKING:
    from workbench.events.query.binder.binder import Binder

__all__ = ["Tabular", "bound", "elsewhere", "tabulars"]

_ELSEWHERE = (
    (
        re.compile(r"_ASIM_\w+|_[iI]m_\w+|_ASim_\w+|(?:v?im|ASim)[A-Z]\w*"),
        "It normalises logs of many products (ASIM): ask the tables themselves, such as SigninLogs.",
    ),
    (re.compile(r"AssignedIPAddresses|DeviceFromIP"), "Ask DeviceNetworkInfo: mv-expand parse_json(IPAddresses)."),
    (re.compile(r"SeenBy"), "It asks the service which sensors see a device; the events do not say."),
    (re.compile(r"_SentinelAudit|_SentinelHealth"), "Ask the table SentinelAudit or SentinelHealth."),
    (re.compile(r"adx|arg|app|resource"), "Data of other services is not here: import it as a table."),
)
"""Functions of the services that are not there, and what to do instead."""


@cache
def tabulars() -> Mapping[str, Tabular]:
    """All functions by name."""
    return MappingProxyType({each.name: each for each in discover(__name__, Tabular).values()})


def bound(call: Call, source: Node | None, binder: "Binder") -> Node:
    """The table that one of the functions gives.

    Raises:
        BadQuery: it works on rows and stands first, or the other way round.
    """
    declared = tabulars()[call.name]
    if declared.follows != (source is not None):
        form = f"T | invoke {call.name}{declared.takes}" if declared.follows else f"{call.name}{declared.takes}"
        raise binder.error(call, f"{call.name!r} is not called this way", f"Write {form}.")
    return declared.bind(call, source, binder)


def elsewhere(name: str) -> str:
    """What to do instead of a function of the services that is not there; empty where the name is none of these."""
    return next((advice for form, advice in _ELSEWHERE if form.fullmatch(name)), "")
