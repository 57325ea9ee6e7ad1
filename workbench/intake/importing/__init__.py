"""From files to the store: parsing in children, typed rows, import log, quarantine."""

from workbench.intake.importing.holdings import Holding, holdings
from workbench.intake.importing.log import Import, IntakeLog, Quarantined, Selection
from workbench.intake.importing.originals import original
from workbench.intake.importing.quarantine import drop as drop_records
from workbench.intake.importing.quarantine import held as held_record
from workbench.intake.importing.quarantine import numbers
from workbench.intake.importing.report import Report
from workbench.intake.importing.retry import retry as retry_records
from workbench.intake.importing.run import Progress, import_paths
from workbench.intake.importing.spool import STANDARD_INPUT, spooled
from workbench.intake.importing.watch import EVERY_SECONDS, Taken, Waiting, watch

__all__ = [
    "EVERY_SECONDS",
    "STANDARD_INPUT",
    "Holding",
    "Import",
    "IntakeLog",
    "Progress",
    "Quarantined",
    "Report",
    "Selection",
    "Taken",
    "Waiting",
    "drop_records",
    "held_record",
    "holdings",
    "import_paths",
    "numbers",
    "original",
    "retry_records",
    "spooled",
    "watch",
]
