"""One audit record of Microsoft 365 to rows. Pure: no files, no network, no frames, no verdict."""

from workbench.intake.activity.carrier import is_activity_record
from workbench.intake.activity.reading import Context, Fault, Reading
from workbench.intake.activity.record import read_record

__all__ = ["Context", "Fault", "Reading", "is_activity_record", "read_record"]
