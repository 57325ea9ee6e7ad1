from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tests.intake.importing.test_run import counts, event, lines, run
from workbench.base.config import Workspace
from workbench.intake.importing import import_paths


def picture(home: Path) -> dict[str, str]:
    """Every file below a folder, with the SHA-256 of its bytes."""
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in home.rglob("*")
    }


def test_a_dry_run_gives_the_account_of_the_import_and_writes_nothing(
    workspace: Workspace, tmp_path: Path, mails: Callable[..., Path]
) -> None:
    run(workspace, lines(tmp_path / "EmailEvents.ndjson", [event(1), event(2)]), mails(range(2)))
    rows = [event(2), event(3), event(3), event(1, LatestDeliveryLocation="Quarantine"), event(4, Timestamp="never")]
    later, before = lines(tmp_path / "EmailEvents_later.ndjson", rows), picture(workspace.home)
    report = import_paths(workspace, [later, mails(range(3))], dry_run=True)
    assert picture(workspace.home) == before
    assert counts(report) == counts(run(workspace, later, mails(range(3)))) == (3, 4, 1)


def test_a_dry_run_on_an_empty_workspace_leaves_it_empty(workspace: Workspace, mails: Callable[..., Path]) -> None:
    before = picture(workspace.home)
    assert counts(import_paths(workspace, [mails(range(3))], dry_run=True)) == (3, 0, 0)
    assert picture(workspace.home) == before
