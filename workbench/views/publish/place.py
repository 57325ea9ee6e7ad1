"""Copies of the shipped notebooks in a workspace: pages for readers, and notebooks for analysts to change."""

import json
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from workbench.base.config import Workspace

PAGES: Mapping[str, str] = {"dashboard": "Dashboard", "explorer": "Explorer"}
"""Notebooks that are offered as pages, in the order of the links."""

NOTEBOOKS_AS_SHIPPED = ".shipped.json"
"""The file that tells shipped notebooks nobody changed from those of analysts."""


def place_pages(workspace: Workspace, shipped: Path) -> Path:
    """Put the pages into ``apps`` of the workspace, exactly as shipped, and nothing else; gives the folder."""
    folder = workspace.home / "apps"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ipynb"):
        old.unlink()
    for name in PAGES:
        source = shipped / f"{name}.ipynb"
        if source.is_file():
            shutil.copyfile(source, folder / source.name)
    return folder


def place_notebooks(workspace: Workspace, shipped: Path) -> Path:
    """Put all shipped notebooks into ``notebooks``, playbooks included; those an analyst has changed stay so."""
    folder = workspace.notebooks
    folder.mkdir(parents=True, exist_ok=True)
    ledger = folder / NOTEBOOKS_AS_SHIPPED
    known = json.loads(ledger.read_text("utf-8")) if ledger.is_file() else {}
    for source in sorted(shipped.rglob("*.ipynb")) if shipped.is_dir() else ():
        name = source.relative_to(shipped).as_posix()
        target = folder / name
        if not target.exists() or _digest(target) == known.get(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            known[name] = _digest(target)
    ledger.write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")
    return folder


def links(folder: Path) -> list[dict[str, str]]:
    """The pages that are there, as the header links them."""
    return [{"file": f"{n}.ipynb", "label": label} for n, label in PAGES.items() if (folder / f"{n}.ipynb").is_file()]


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
