"""The sample organisation, imported beside the made one."""

from collections.abc import Callable
from pathlib import Path

from workbench.apps.demo.builder import make_workspace
from workbench.base.config import Workspace, shipped
from workbench.intake.importing import Progress, Report, import_paths

PARTS = ("northgate/mail", "northgate/events", "northgate/hostile", "golden_saml_m365", "ham_and_spam")
"""What is imported, in this order; every part is described in the sample's README."""


def prepare(home: Path, tell: Callable[[Progress], None] = lambda _: None) -> tuple[Workspace, Report]:
    """Bring the sample into the workspace in a folder, which becomes the demo's if it is none; again adds nothing."""
    sample = shipped("data") / "sample"
    workspace = make_workspace(home)
    return workspace, import_paths(workspace, [sample / part for part in PARTS], tell)
