"""Who besides the owner may read what nobody else should."""

from collections.abc import Iterator
from pathlib import Path

from workbench.apps.upkeep.finding import Checks, Finding, fault, ok, warn
from workbench.base.config import Workspace

_OTHERS, _OTHERS_WRITE = 0o077, 0o022


def secrets(workspace: Workspace) -> Iterator[Finding]:
    """Keys, ledger, anchor, passwords and logs are their owner's only."""
    home, settings = workspace.home, workspace.settings
    files = [workspace.keys / "audit.key", workspace.keys / "anchor.key", home / "ledger.db", home / "durable.db"]
    files += [home / each for each in (settings.ledger_password_file, settings.service.key) if each]
    folders = [workspace.keys, workspace.anchor, home / "logs"]
    wrong = [*_open_to(files, _OTHERS), *_open_to(folders, _OTHERS)]
    yield from (fault(f"others may use {path}", f"chmod {'700' if path.is_dir() else '600'} {path}") for path in wrong)
    if not wrong:
        yield ok("keys, ledger, anchor and logs are their owner's only")


def settings(workspace: Workspace) -> Iterator[Finding]:
    """Nobody else may change settings; mail is in the workspace, so nobody else should look into it."""
    files = [workspace.home / "workbench.toml", workspace.home / "organisation.yml"]
    yield from (fault(f"others may change {path}", f"chmod 600 {path}") for path in _open_to(files, _OTHERS_WRITE))
    if list(_open_to([workspace.home], _OTHERS)):
        yield warn("other users of this machine may look into the workspace", f"chmod 700 {workspace.home}")
    else:
        yield ok("the workspace is its owner's only")


CHECKS = Checks("permissions", (secrets, settings))


def _open_to(paths: list[Path], mask: int) -> list[Path]:
    return [path for path in paths if path.exists() and path.stat().st_mode & mask]
