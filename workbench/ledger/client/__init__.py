"""The client of the control service: what notebooks, pages and the command line ask it through.

Names are loaded when they are first used, so that who does not ask the service does not load its libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.ledger.client.client import Client, LogIn
    from workbench.ledger.client.find import connect, find_service, page_address, the_service, trust_of
    from workbench.ledger.client.tokens import TOKEN_VARIABLE, forget, remember, remembered

_HOMES = {
    "TOKEN_VARIABLE": "tokens",
    "Client": "client",
    "LogIn": "client",
    "connect": "find",
    "find_service": "find",
    "forget": "tokens",
    "page_address": "find",
    "remember": "tokens",
    "remembered": "tokens",
    "the_service": "find",
    "trust_of": "find",
}

__all__ = [
    "TOKEN_VARIABLE",
    "Client",
    "LogIn",
    "connect",
    "find_service",
    "forget",
    "page_address",
    "remember",
    "remembered",
    "the_service",
    "trust_of",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
