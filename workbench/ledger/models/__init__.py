"""What the ledger keeps, one noun a file, and the databases it is kept in.

Names are loaded when they are first used, so that the vocabulary (``words``, ``ids``) costs no database library.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.ledger.models.accounts import Account, folded_name
    from workbench.ledger.models.database import Database, as_it_stands, open_database, standing_of
    from workbench.ledger.models.notes import Note
    from workbench.ledger.models.outbox import Outgoing
    from workbench.ledger.models.row import KEPT, Base, Kind, Row, canonical, moment, values_of
    from workbench.ledger.models.runs import Run
    from workbench.ledger.models.schedules import Schedule
    from workbench.ledger.models.sessions import LoginSession, Token
    from workbench.ledger.models.tracked import TrackedQuery
    from workbench.ledger.models.trail import AuditRecord, ChainHead
    from workbench.ledger.models.views import SavedView
    from workbench.ledger.models.workers import Worker

_HOMES = {
    "KEPT": "row",
    "Account": "accounts",
    "AuditRecord": "trail",
    "Base": "row",
    "ChainHead": "trail",
    "Database": "database",
    "Kind": "row",
    "LoginSession": "sessions",
    "Note": "notes",
    "Outgoing": "outbox",
    "Row": "row",
    "Run": "runs",
    "SavedView": "views",
    "Schedule": "schedules",
    "Token": "sessions",
    "TrackedQuery": "tracked",
    "Worker": "workers",
    "as_it_stands": "database",
    "canonical": "row",
    "folded_name": "accounts",
    "moment": "row",
    "open_database": "database",
    "standing_of": "database",
    "values_of": "row",
}

__all__ = [
    "KEPT",
    "Account",
    "AuditRecord",
    "Base",
    "ChainHead",
    "Database",
    "Kind",
    "LoginSession",
    "Note",
    "Outgoing",
    "Row",
    "Run",
    "SavedView",
    "Schedule",
    "Token",
    "TrackedQuery",
    "Worker",
    "as_it_stands",
    "canonical",
    "folded_name",
    "moment",
    "open_database",
    "standing_of",
    "values_of",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
