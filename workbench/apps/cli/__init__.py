"""The command line."""

from workbench.apps.cli.main import main

__all__ = ["main"]
