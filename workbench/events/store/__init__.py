"""Where data is: Delta tables that are appended to, updated by key and scanned. Knows nothing of what rows mean."""

from workbench.events.store.adopt import adopt
from workbench.events.store.schema import EXTRA, RAW
from workbench.events.store.snapshot import Snapshot
from workbench.events.store.store import Store, Written
from workbench.events.store.write import Batch

__all__ = ["EXTRA", "RAW", "Batch", "Snapshot", "Store", "Written", "adopt"]
