"""Who besides the owner may read what nobody else should."""

from collections.abc import Iterator
from pathlib import Path

from workbench.apps.upkeep.finding import Checks, Finding, command, fault, ok, warn
from workbench.base.config import Workspace

_OTHERS, _OTHERS_WRITE = 0o077, 0o022


def secrets(workspace: Workspace) -> Iterator[Finding]:
    """Keys, ledger, anchor, passwords and logs are their owner's only."""
    home, settings = workspace.home, workspace.settings
    files = [workspace.keys / "audit.key", workspace.keys / "anchor.key", home / "ledger.db", home / "durable.db"]
    files += [home / each for each in (settings.ledger_password_file, settings.service.key) if each]
    folders = [workspace.keys, workspace.anchor, home / "logs"]
    wrong = [*_open_to(files, _OTHERS), *_open_to(folders, _OTHERS)]
    yield from (
        fault(f"others may use {path}", command("chmod", "700" if path.is_dir() else "600", path)) for path in wrong
    )
    if not wrong:
        yield ok("keys, ledger, anchor and logs are their owner's only")


def settings(workspace: Workspace) -> Iterator[Finding]:
    """Nobody else may change settings; mail is in the workspace, so nobody else should look into it."""
    files = [workspace.home / "workbench.toml", workspace.home / "organisation.yml"]
    yield from (
        fault(f"others may change {path}", command("chmod", "600", path)) for path in _open_to(files, _OTHERS_WRITE)
    )
    if list(_open_to([workspace.home], _OTHERS)):
        yield warn("other users of this machine may look into the workspace", command("chmod", "700", workspace.home))
    else:
        yield ok("the workspace is its owner's only")


def owners(workspace: Workspace) -> Iterator[Finding]:
    """Is all of it one user's? A command that was run as another user leaves files that the service cannot write."""
    home = workspace.home
    owner = home.stat()
    wrong = [path for path in _upper(home) if path.lstat().st_uid != owner.st_uid]
    if wrong:
        said = f"{len(wrong)} files or folders belong to another user than the workspace, such as {wrong[0]}"
        yield fault(said, command("chown", "-R", f"{owner.st_uid}:{owner.st_gid}", home))
    else:
        yield ok("all of the workspace is one user's")


CHECKS = Checks("permissions", (secrets, settings, owners))


def _upper(home: Path) -> Iterator[Path]:
    """The two upper levels: who is another there is another below."""
    for path in sorted(home.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from sorted(path.iterdir())


def _open_to(paths: list[Path], mask: int) -> list[Path]:
    return [path for path in paths if path.exists() and path.stat().st_mode & mask]
