import json
import shutil
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli
from workbench.base.config import Workspace
from workbench.events.store import Batch, Store


@pytest.fixture
def home(northgate: Workspace, tmp_path: Path) -> Path:
    """A copy of the sample workspace, to change."""
    shutil.copytree(northgate.home, tmp_path / "w", symlinks=True)
    return tmp_path / "w"


def test_maintain_says_what_it_did_to_each_table_and_how_the_disk_stands(home: Path, cli: Cli) -> None:
    store = Store(home / "store")
    rows = store.scan("EmailEvents").collect()
    for number in range(4):
        store.write(
            "EmailEvents",
            rows.head(1).with_columns(NetworkMessageId=rows["NetworkMessageId"].head(1) + str(number)),
            Batch("t", number),
        )
    said = cli("store", "maintain", "EmailEvents", "--grace", "0", home=home)
    assert said.status == 0, said.err
    assert "files become" in said.err
    assert "leftover files" in said.err
    assert "Free: " in said.err
    again = cli("store", "maintain", "EmailEvents", "--grace", "0", home=home)
    assert "EmailEvents: in order" in again.err


def test_retention_is_read_from_the_settings(home: Path, cli: Cli) -> None:
    settings = home / "workbench.toml"
    now = [line for line in settings.read_text("utf-8").splitlines() if line.startswith("now")]
    settings.write_text("\n".join([*now, "[retention]", "default = 3"]), "utf-8")
    before = Store(home / "store").snapshot("EmailEvents").rows
    dry = cli("store", "maintain", "EmailEvents", "--dry-run", "--format", "json", home=home)
    expired = json.loads(dry.out)[0]["rows_expired"]
    assert 0 < expired < before
    assert Store(home / "store").snapshot("EmailEvents").rows == before
    done = cli("store", "maintain", "EmailEvents", "--format", "json", home=home)
    assert json.loads(done.out)[0]["rows_expired"] == expired
    assert Store(home / "store").snapshot("EmailEvents").rows == before - expired


def test_a_table_in_the_settings_that_is_none_is_refused(home: Path, cli: Cli) -> None:
    (home / "workbench.toml").write_text("[retention]\nEmailEvent = 30\n", "utf-8")
    said = cli("store", "maintain", home=home)
    assert said.status == 2
    assert "Did you mean EmailEvents" in said.err


def test_a_number_of_days_below_nothing_is_refused(home: Path, cli: Cli) -> None:
    (home / "workbench.toml").write_text("[retention]\ndefault = -1\n", "utf-8")
    assert cli("store", "maintain", home=home).status == 2


def test_check_tells_of_every_table_and_ends_with_1_where_one_is_damaged(home: Path, cli: Cli) -> None:
    sound = cli("store", "check", "--originals", home=home)
    assert sound.status == 0, sound.out
    assert "no fault" in sound.out
    store = Store(home / "store")
    path = home / "store" / "EmailEvents" / store.snapshot("EmailEvents").files[0].path
    path.write_bytes(path.read_bytes()[:-9])
    original = next(path for path in (home / "originals").rglob("*.z"))
    original.unlink()
    said = cli("store", "check", "--originals", home=home)
    assert said.status == 1
    assert "EmailEvents: " in said.out
    assert "--skip-damaged" in said.out
    assert f"No original with SHA-256 {original.stem}" in said.out


def test_a_table_whose_log_is_gone_is_a_fault_and_is_not_backed_up(home: Path, cli: Cli, tmp_path: Path) -> None:
    shutil.rmtree(home / "store" / "EmailEvents" / "_delta_log")
    words = "EmailEvents has data files and no log"
    checked, doctor = cli("store", "check", home=home), cli("doctor", home=home)
    assert (checked.status, words in checked.out, doctor.status, words in doctor.out) == (1, True, 1, True)
    kept = cli("backup", str(tmp_path / "backups"), home=home)
    assert (kept.status, words in kept.err, list((tmp_path / "backups").glob("*Z"))) == (1, True, [])


def test_indexes_are_made_anew_on_demand(home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.accelerators.building.LEAST_ROWS", 1)
    first = cli("store", "rebuild-index", "EmailEvents", home=home)
    assert (first.status, "made, 0 kept" in first.err) == (0, True), first.err
    assert "EmailEvents: 0 made" in cli("store", "rebuild-index", home=home).err
    assert "made, 0 kept" in cli("store", "rebuild-index", "EmailEvents", "--all", home=home).err
    assert cli("store", "rebuild-index", "EmailEvent", home=home).status == 2


def test_disk_is_a_table_for_people_and_json_for_programs(cli: Cli) -> None:
    assert "in 90 days" in cli("store", "disk").out
    found = json.loads(cli("store", "disk", "--format", "json").out)
    assert next(each for each in found if each["table"] == "EmailEvents")["data"] > 0


def test_export_writes_tables_and_says_how_much(cli: Cli, tmp_path: Path) -> None:
    said = cli("store", "export", "EmailEvents", "EmailUrlInfo", str(tmp_path / "out"), "--format", "ndjson")
    assert said.status == 0, said.err
    assert "EmailEvents: " in said.err
    assert (tmp_path / "out" / "EmailUrlInfo.ndjson").stat().st_size > 0
    every = cli("store", "export", "all", str(tmp_path / "all"))
    assert every.status == 0, every.err
    assert cli("store", "export", "EmailEventz", str(tmp_path / "x")).status == 2
