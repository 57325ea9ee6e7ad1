"""The demo workspace: the sample organisation, imported once, opened on its last days."""

import shutil
from pathlib import Path

from workbench.base.config import Workspace, find_workspace, shipped
from workbench.intake.importing import Report, import_paths

PARTS = ("northgate/mail", "northgate/events", "northgate/hostile", "golden_saml_m365", "ham_and_spam")
"""What is imported, in this order; every part is described in the sample's README."""

_SETTINGS = """# The demo workspace: sample data of fixed dates, so "now" is the newest event.
now = "newest"
"""


def prepare(home: Path) -> tuple[Workspace, Report]:
    """Make the demo workspace in a folder, or bring the one there up to date; importing again adds nothing."""
    sample = shipped("data") / "sample"
    if not (home / "workbench.toml").exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample / "northgate" / "organisation.yml", home / "organisation.yml")
        (home / "workbench.toml").write_text(_SETTINGS, "utf-8")
    workspace = find_workspace(home)
    return workspace, import_paths(workspace, [sample / part for part in PARTS])
