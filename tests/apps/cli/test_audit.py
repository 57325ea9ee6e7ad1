"""The audit trail from the command line: the same whether a service runs or not."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, Control
from workbench.ledger.audit import ANCHOR, last_line


@pytest.fixture
def copied(control: Cli, served: Control, tmp_path: Path, typed: Cli) -> Cli:
    """A workspace without a service, with the ledger of the one that has one."""
    control("audit", "verify")
    home = tmp_path / "home"
    home.mkdir()
    for name in ("workbench.toml", "organisation.yml"):
        shutil.copy(served.home / name, home)
    for name in ("keys", "anchor"):
        shutil.copytree(served.home / name, home / name)
    with sqlite3.connect(served.home / "ledger.db") as live, sqlite3.connect(home / "ledger.db") as copy:
        live.backup(copy)
    return lambda *words, given="": typed(*words, home=home, given=given)


@pytest.fixture(params=["control", "copied"])
def either(request: pytest.FixtureRequest) -> Cli:
    return request.getfixturevalue(request.param)


def records(cli: Cli, *words: str) -> list[dict[str, object]]:
    return json.loads(cli("audit", "show", "--format", "json", *words).out)


def test_records_are_shown_newest_first_and_can_be_chosen(either: Cli) -> None:
    found = records(either, "--limit", "1000")
    assert [each["seq"] for each in found] == sorted((each["seq"] for each in found), reverse=True)
    assert found[-1]["seq"] == 1
    of_admin = records(either, "--actor", "admin", "--verb", "token.create")
    assert of_admin
    assert {(each["actor"], each["verb"]) for each in of_admin} == {("admin", "token.create")}
    assert {each["object_kind"] for each in records(either, "--kind", "session")} == {"session"}
    assert len(records(either, "--limit", "2")) == 2
    assert either("audit", "show", "--limit", "1").out.splitlines()[0].split()[:3] == ["seq", "ts", "actor"]
    assert either("audit", "show", "--actor", "nobody").err == "No record matches.\n"


def test_the_trail_is_proved(either: Cli, served: Control, tmp_path: Path) -> None:
    said = either("audit", "verify")
    assert (said.status, said.out) == (0, "")
    assert said.err.startswith("The trail is whole: ")
    assert either("audit", "verify", "--public", str(served.home / "keys" / "anchor.pub")).status == 0
    assert either("audit", "verify", "--public", str(tmp_path / "nothing")).status in (1, 2)


def test_the_trail_is_written_out_whole(either: Cli, tmp_path: Path) -> None:
    to = tmp_path / "trail.ndjson"
    said = either("audit", "export", "-o", str(to))
    assert (said.status, said.err) == (0, f"Written to {to}.\n")
    *lines, last = to.read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert hashlib.sha256(b"".join(lines)).hexdigest() in last.decode()
    piped = either("audit", "export")
    assert piped.raw.count(b"\n") >= len(lines)
    assert piped.err == ""


def test_where_nothing_can_be_had_nothing_is_written(
    control: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was exported before stays, too."""
    to = tmp_path / "trail.ndjson"
    to.write_text("before")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    said = control("audit", "export", "-o", str(to))
    assert (said.status, "login (the first time as admin" in said.err) == (1, True)
    assert to.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["trail.ndjson"]
    assert control("audit", "export", "-o", str(tmp_path / "no" / "such")).status == 1
    assert "Log in" in control("audit", "show").err


def test_a_check_of_a_ledger_that_is_gone_tells_so_and_makes_none(copied: Cli, tmp_path: Path) -> None:
    ledger = tmp_path / "home" / "ledger.db"
    seen = last_line(tmp_path / "home" / "anchor" / ANCHOR).seq
    ledger.unlink()
    said = copied("audit", "verify")
    assert (said.status, "Record 1: trail gone." in said.err) == (1, True)
    for words in (["show"], ["export"]):
        said = copied("audit", *words)
        assert (said.status, said.out, f"saw {seen} records ({ledger})" in said.err) == (1, "", True)
    assert "The ledger is gone" in copied("doctor").out
    assert not ledger.exists()


def test_a_broken_trail_is_located_and_the_exit_status_tells(copied: Cli, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "home" / "ledger.db") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE audit SET actor = 'somebody' WHERE seq = 2")
    said = copied("audit", "verify")
    assert said.status == 1
    assert "Record 2: " in said.err
    assert "1 record before it" in said.err
