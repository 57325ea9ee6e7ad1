"""Keep a workspace alive: backup, restoration, upgrade, and what the doctor says of its health."""

from workbench.apps.upkeep.backup import Made, backup
from workbench.apps.upkeep.restore import Restored, Wishes, checked, chosen, restore

__all__ = ["Made", "Restored", "Wishes", "backup", "checked", "chosen", "restore"]
