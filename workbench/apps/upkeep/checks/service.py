"""The control service: does it run, and what did a killed one leave?"""

import time
from collections.abc import Iterator
from pathlib import Path

from workbench.apps.service.server import Listen, refuse_unprotected
from workbench.apps.upkeep.backup import PARTIAL as UNFINISHED_BACKUP
from workbench.apps.upkeep.finding import Checks, Finding, command, ok, warn
from workbench.apps.upkeep.restore import PARTIAL as UNFINISHED_RESTORATION
from workbench.base.config import Workspace
from workbench.ledger.client import find_service

OLD_SECONDS = 3600.0
"""Temporaries younger than this may belong to somebody who is at work."""


def running(workspace: Workspace) -> Iterator[Finding]:
    """Does the service run, or did one leave its address behind?"""
    found = find_service(workspace)
    if found:
        yield ok(f"the service runs at {found.address} as process {found.pid}")
    elif workspace.service.exists():
        yield warn("a service was killed and left its address", command("rm", workspace.service))
    else:
        yield ok("no service runs")


def listening(workspace: Workspace) -> Iterator[Finding]:
    """Would the service start with these settings? Raises a BadSetting where it would not."""
    settings = workspace.settings.service
    refuse_unprotected(settings, Listen())
    for name in (settings.certificate, settings.key):
        if name:
            (workspace.home / name).read_bytes()
    yield ok(f"it listens on {settings.host}, port {settings.port or 'any'}")


def leftovers(workspace: Workspace) -> Iterator[Finding]:
    """Did something that was killed leave files behind?"""
    home = workspace.home
    old = [path for path in _temporaries(home) if path.lstat().st_mtime < time.time() - OLD_SECONDS]
    yield from (warn(f"left by a killed process: {path}", command("rm", "-r", path)) for path in sorted(old))
    if not old:
        yield ok("nothing is left of killed processes")


CHECKS = Checks("service", (running, listening, leftovers))


def _temporaries(home: Path) -> Iterator[Path]:
    yield from home.glob(".service.json.*")
    yield from (home / "keys").glob(".*")
    yield from (home / "originals").glob("*/*/*.tmp")
    yield from home.parent.glob(f"{UNFINISHED_RESTORATION}*")
    yield from home.parent.glob(f"*/{UNFINISHED_BACKUP}*")
