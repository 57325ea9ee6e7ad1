from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from workbench.apps.session import Workbench
from workbench.base.config import Workspace, shipped
from workbench.intake.importing import import_paths
from workbench.operations.investigations import PhishTriage

STEPS = (
    "resolve", "authentication", "sender", "lookalikes", "urls", "attachments", "similar", "recipients", "clicks",
    "aftermath",
)  # fmt: skip
SAMPLE = shipped("data") / "sample"

Bare = Callable[..., Workbench]


@pytest.fixture(scope="session")
def sample(northgate: Workspace) -> Workbench:
    """The sample organisation, to be read only."""
    return Workbench(northgate)


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    """Makes a workspace that holds some files of the sample, or raw mails, and no organisation."""

    def make(*files: str | bytes) -> Workbench:
        paths = [SAMPLE / each if isinstance(each, str) else mail(each) for each in files]
        (tmp_path / "workbench.toml").write_text('now = "newest"\n', "utf-8")
        workspace = Workspace(tmp_path)
        assert import_paths(workspace, paths).kept
        return Workbench(workspace)

    def mail(raw: bytes) -> Path:
        path = tmp_path / f"mail{len(list(tmp_path.glob('*.eml')))}.eml"
        path.write_bytes(raw)
        return path

    return make


def walk(triage: PhishTriage) -> dict[str, pl.DataFrame]:
    """Every step in its order."""
    return {name: getattr(triage, name)() for name in STEPS}
