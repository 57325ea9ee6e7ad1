"""Keep a workspace alive: backup, restoration, upgrade, and what the doctor says of its health."""

from workbench.apps.upkeep.backup import Made, backup
from workbench.apps.upkeep.doctor import Line, examine
from workbench.apps.upkeep.finding import Level
from workbench.apps.upkeep.restore import Restored, Wishes, checked, chosen, restore
from workbench.apps.upkeep.upgrade import Done, Plan, planned, upgrade

__all__ = [
    "Done",
    "Level",
    "Line",
    "Made",
    "Plan",
    "Restored",
    "Wishes",
    "backup",
    "checked",
    "chosen",
    "examine",
    "planned",
    "restore",
    "upgrade",
]
