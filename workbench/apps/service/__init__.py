"""The control service: the one process that may change anything."""

from workbench.apps.service.app import Options, make_app
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.service import Hook, Service

__all__ = ["Hook", "Options", "Routes", "Service", "Serving", "Viewing", "make_app"]
