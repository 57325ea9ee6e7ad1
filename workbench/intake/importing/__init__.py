"""From files to the store: parsing in children, typed rows, import log, quarantine."""

from workbench.intake.importing.log import IntakeLog, Quarantined
from workbench.intake.importing.originals import original
from workbench.intake.importing.report import Report
from workbench.intake.importing.run import Progress, import_paths, import_stream

__all__ = ["IntakeLog", "Progress", "Quarantined", "Report", "import_paths", "import_stream", "original"]
