"""Where data is: Delta tables that are appended to, updated by key and scanned. Knows nothing of what rows mean."""

from workbench.events.store.adopt import adopt
from workbench.events.store.check import Checked, Fault, check, damaged, look, looked_at, unread
from workbench.events.store.disk import Disk, disk, free
from workbench.events.store.export import Exported, Form, export
from workbench.events.store.maintain import (
    Maintained,
    columns_behind,
    follow_declaration,
    maintain,
    outlook,
    rebuild_index,
    settle_if_crowded,
)
from workbench.events.store.retain import limits
from workbench.events.store.schema import EXTRA, RAW
from workbench.events.store.snapshot import Snapshot
from workbench.events.store.staged import Staged, join, stage
from workbench.events.store.store import Store, Written
from workbench.events.store.write import Batch

__all__ = [
    "EXTRA",
    "RAW",
    "Batch",
    "Checked",
    "Disk",
    "Exported",
    "Fault",
    "Form",
    "Maintained",
    "Snapshot",
    "Staged",
    "Store",
    "Written",
    "adopt",
    "check",
    "columns_behind",
    "damaged",
    "disk",
    "export",
    "follow_declaration",
    "free",
    "join",
    "limits",
    "look",
    "looked_at",
    "maintain",
    "outlook",
    "rebuild_index",
    "settle_if_crowded",
    "stage",
    "unread",
]
