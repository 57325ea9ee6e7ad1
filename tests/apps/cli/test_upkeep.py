import json
import shutil
from pathlib import Path

from tests.apps.cli.conftest import Cli
from workbench.apps.cli import upkeep  # noqa: F401  # the module under test
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import open_ledger
from workbench.ledger.models import Note


def decide(home: Path) -> None:
    with open_ledger(Workspace(home)) as ledger:
        ledger.create(SYSTEM, Note, {"entity": "domain", "value": "evil.example", "text": "seen"})


def test_a_drill_backup_restore_verify(cli: Cli, northgate: Workspace, tmp_path: Path) -> None:
    live, kept, home = tmp_path / "live", tmp_path / "kept", tmp_path / "restored"
    shutil.copytree(northgate.home, live, symlinks=True)
    decide(live)
    made = cli("backup", str(kept), home=live)
    assert made.status == 0
    assert Path(made.out.strip()).parent == kept
    assert "It holds the keys" in made.err
    assert "is whole" in cli("restore", str(kept), "--check", home=home).err
    assert not home.exists()
    done = cli("restore", str(kept), home=home)
    assert (done.status, "The audit trail is whole" in done.err) == (0, True)
    asked = "EmailEvents | summarize n=count() by SenderFromDomain | sort by SenderFromDomain asc"
    answers = [cli("query", asked, "--span", "3650d", "--format", "json", home=each) for each in (live, home)]
    assert answers[0].status == 0
    assert answers[0].out == answers[1].out != ""
    assert cli("audit", "verify", home=home).status == 0
    again = cli("restore", str(kept), home=home)
    assert (again.status, "new or empty folder" in again.err) == (2, True)


def test_an_old_backup_is_refused_until_the_loss_is_accepted(cli: Cli, tmp_path: Path) -> None:
    live, kept, home = tmp_path / "live", tmp_path / "kept", tmp_path / "restored"
    assert cli("init", home=live).status == 0
    assert cli("backup", str(kept), home=live).status == 0
    decide(live)
    anchor = str(live / "anchor" / "anchor.ndjson")
    refused = cli("restore", str(kept), "--anchor", anchor, home=home)
    assert (refused.status, "This is an old backup" in refused.err) == (1, True)
    assert cli("restore", str(kept), "--accept-old", "why", home=home).status == 2
    done = cli("restore", str(kept), "--anchor", anchor, "--accept-old", "disk burnt", home=home)
    assert (done.status, "what was recorded later is lost" in done.err) == (0, True)
    assert "An old backup was taken up again" in cli("audit", "verify", home=home).err


def test_what_was_cut_off_trail_and_anchor_shows_by_a_copy_kept_elsewhere(cli: Cli, tmp_path: Path) -> None:
    home, kept = tmp_path / "home", tmp_path / "anchor.ndjson"
    assert cli("init", home=home).status == 0
    before = {path: path.read_bytes() for path in (home / "ledger.db", home / "anchor" / "anchor.ndjson")}
    decide(home)
    shutil.copy(home / "anchor" / "anchor.ndjson", kept)
    assert cli("audit", "verify", "--anchor", str(kept), home=home).status == 0
    for path, content in before.items():
        path.write_bytes(content)
    assert cli("audit", "verify", home=home).status == 0
    found = cli("audit", "verify", "--anchor", str(kept), home=home)
    assert (found.status, "Record 3: old backup restored." in found.err) == (1, True)
    assert cli("audit", "verify", "--anchor", str(tmp_path / "none"), home=home).status != 0


def test_a_workspace_from_before_there_was_a_ledger_is_told_its_first_password(
    cli: Cli, northgate: Workspace, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(northgate.home, tmp_path / "home", symlinks=True))
    assert "holds the keys" not in cli("backup", str(tmp_path / "kept"), home=home).err
    assert "there is no ledger yet" in cli("doctor", home=home).out
    check = cli("upgrade", "--check", home=home)
    assert (check.status, check.out.startswith("ledger: is made")) == (1, True)
    done = cli("upgrade", home=home)
    assert done.status == 0
    assert "One-time password" in done.err
    assert len(done.out.splitlines()[-1]) > 10


def test_the_doctor_tells_people_and_programs_and_fails_on_a_fault(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    cli("init", home=home)
    well = cli("doctor", "--format", "json", home=home)
    lines = json.loads(well.out)
    assert well.status == 0
    assert {line["level"] for line in lines} == {"ok", "warn"}
    assert all(line["fix"] for line in lines if line["level"] != "ok")
    assert "Nothing is broken." in cli("doctor", home=home).err
    assert not any("look into the workspace" in line["what"] for line in lines)
    (home / "keys" / "audit.key").chmod(0o644)
    ill = cli("doctor", home=home)
    assert ill.status == 1
    assert "2 faults, " in ill.err
    assert f"chmod 600 {home / 'keys' / 'audit.key'}" in ill.out


def test_an_upgrade_of_a_workspace_of_this_version_does_nothing(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    cli("init", home=home)
    for words in (("upgrade", "--check"), ("upgrade",)):
        said = cli(*words, home=home)
        assert (said.status, said.out) == (0, "")
        assert "nothing to do" in said.err
