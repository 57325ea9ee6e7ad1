"""One raw message to rows and facts. Pure: no files, no network, no frames, no verdict."""

from workbench.intake.mail.faults import Fault
from workbench.intake.mail.message import read_message
from workbench.intake.mail.preview import Preview, read_preview
from workbench.intake.mail.reading import STANDINGS, TABLES, Context, Reading

__all__ = ["STANDINGS", "TABLES", "Context", "Fault", "Preview", "Reading", "read_message", "read_preview"]
