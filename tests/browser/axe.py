"""axe-core (npm, MPL 2.0) in the pages of the browser tests: what a page does that keeps people out.

``make test`` puts the pinned version into a cache outside the tree, where npm is there; the tests never fetch anything.
Without it they are skipped, and say how to have it.
"""

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

VERSION = "4.14.1"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
VARIABLE = "WORKBENCH_AXE"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "threat-investigation-workbench"
FOLDER = Path(os.environ.get(VARIABLE) or CACHE / f"axe-core-{VERSION}" / "node_modules" / "axe-core")
ABSENT = f"needs npm's axe-core {VERSION}: run tools/system_packages.sh, or name its folder in {VARIABLE}"

_RUN = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) =>
  found.violations.map((each) => ({ id: each.id, impact: each.impact,
    nodes: each.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`) })))"""

_AT_REST = """() => !document.querySelector("[aria-busy=true]")
  && document.getAnimations().every((each) => each.playState !== "running")"""
"""What is being asked anew is dimmed until it is there, and is none that anybody reads."""


@cache
def source() -> str:
    """The script; the test that asks is skipped where it is absent, and fails where it is another one."""
    path = FOLDER / "axe.min.js"
    if not path.is_file():
        pytest.skip(ABSENT)
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256, f"{path} is not axe-core {VERSION}"
    return content.decode()


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe finds in the page once nothing in it is asked for any more: rule, impact and places."""
    page.wait_for_function(_AT_REST)
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return found


def grave(page: Page) -> list[dict[str, Any]]:
    """What is serious or critical of it."""
    return [each for each in findings(page) if each["impact"] in ("serious", "critical")]


def open_to_all(page: Page, where: str) -> None:
    """Nothing serious or critical is found in the page as it is now."""
    found = grave(page)
    assert not found, f"{where}: {found}"
