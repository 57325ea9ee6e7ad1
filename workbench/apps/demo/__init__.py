"""The demo workspace."""

from workbench.apps.demo.prepare import prepare

__all__ = ["prepare"]
