"""The handle an analyst opens: `wb.open()`."""

from workbench.apps.session.workbench import Workbench, open_workbench

__all__ = ["Workbench", "open_workbench"]
