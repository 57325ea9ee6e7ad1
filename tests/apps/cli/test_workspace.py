import json
import re
from pathlib import Path

from tests.apps.cli.conftest import Cli, Control
from workbench.apps.cli.workspace import _old, make_workspace
from workbench.base.config import Workspace, find_workspace
from workbench.events.tables import tables as declared
from workbench.events.tables import views
from workbench.intake.importing import IntakeLog
from workbench.ledger.changes import open_ledger


def test_a_new_workspace_has_commented_settings_that_can_be_read(tmp_path: Path, cli: Cli) -> None:
    said = cli("init", home=tmp_path / "w")
    assert said.status == 0
    assert str(tmp_path / "w" / "organisation.yml") in said.err
    made = find_workspace(tmp_path / "w")
    assert made.settings.now == "clock"
    assert made.organisation.domains == ()
    for name in ("organisation.yml", "workbench.toml"):
        assert "#" in (tmp_path / "w" / name).read_text("utf-8")


def test_a_workspace_is_not_made_twice_but_gets_the_administrator_it_lacks(tmp_path: Path, cli: Cli) -> None:
    home = tmp_path / "w"
    make_workspace(home)
    (home / "organisation.yml").write_text("name: Ours\n")
    open_ledger(Workspace(home)).close()
    assert re.search(
        r"warn .*nobody may administer accounts\n.*workbench --home \S+ init", cli("doctor", home=home).out
    )
    said = cli("init", home=home)
    assert (said.status, len(said.out.strip())) == (0, 19), "the one-time password"
    assert "had no administrator" in said.err
    assert "Workspace made" not in said.err
    again = cli("init", home=home)
    assert (again.status, again.out) == (1, "")
    assert "already. Name another folder with --home." in again.err
    assert (home / "organisation.yml").read_text("utf-8") == "name: Ours\n"


def test_init_says_that_a_service_is_in_the_way(served: Control, cli: Cli) -> None:
    said = cli("init", home=served.home)
    assert said.status == 1
    assert "its service runs" in said.err
    assert "stop it" in said.err


def test_a_file_in_the_way_is_one_line(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "w").write_text("in the way")
    said = cli("init", home=tmp_path / "w")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "cannot be made a workspace" in said.err


def test_tables_that_hold_rows_are_listed_with_their_first_and_newest_event(cli: Cli) -> None:
    rows = {row["table"]: row for row in json.loads(cli("tables", "--format", "json").out)}
    assert list(rows["EmailEvents"]) == [
        "table", "rows", "first", "newest", "files", "bytes",
        "age", "future", "faults", "last_import", "last_file", "bytes_per_row",
    ]  # fmt: skip
    assert rows["EmailEvents"]["rows"] == 626
    assert rows["EmailEvents"]["first"] < rows["EmailEvents"]["newest"] == "2026-09-18T11:28:34Z"
    shown = next(line for line in cli("tables").out.splitlines() if line.startswith("EmailEvents "))
    assert shown.split()[1] == "626"
    assert rows["EmailEvents"]["last_file"] == "EmailEvents.ndjson"
    assert rows["EmailEvents"]["last_import"]
    assert rows["IdentityLogonEvents"]["faults"] == 1
    assert rows["EmailEvents"]["age"] > 0


def test_imports_are_listed_with_what_they_came_to(cli: Cli) -> None:
    (row,) = json.loads(cli("imports", "--format", "json").out)
    assert (row["what"], row["rows_in"]) == ("import", row["kept"] + row["duplicates"] + row["quarantined"])
    assert row["ended_at"] > row["started_at"]
    assert "import" in cli("imports").out


def test_ages_are_said_in_their_largest_unit() -> None:
    assert [_old(each) for each in (None, -5, 0, 59, 60, 7199, 86_400, 86_400 * 1200)] == [
        "", "0 s", "0 s", "59 s", "1 min", "1 h", "1 d", "1,200 d",
    ]  # fmt: skip


def test_all_tables_can_be_listed(cli: Cli) -> None:
    rows = json.loads(cli("tables", "--all", "--format", "json").out)
    assert {row["table"] for row in rows} == {*declared(), *views()}
    assert len(rows) == len(declared()) + len(views())
    told = {row["table"]: (row["rows"], row["newest"]) for row in rows}
    assert told["AADSignInEventsBeta"] == told["EntraIdSignInEvents"]


def test_an_empty_workspace_says_how_to_fill_it(tmp_path: Path, cli: Cli) -> None:
    cli("init", home=tmp_path / "w")
    said = cli("tables", home=tmp_path / "w")
    fill = f"workbench --home {tmp_path / 'w'} import FILE_OR_FOLDER"
    assert (said.out, said.err) == ("", f"No table holds rows yet. Fill some: {fill}\n")
    assert cli("tables", "--format", "json", home=tmp_path / "w").out == "[]\n"
    assert cli("quarantine", home=tmp_path / "w").err == "Nothing was set aside.\n"
    assert cli("imports", home=tmp_path / "w").err.startswith("Nothing was imported yet.")
    assert not (tmp_path / "w" / "intake.db").exists()
    assert "nothing was imported yet" in cli("query", "EmailEvents", home=tmp_path / "w").err


def test_what_was_set_aside_is_listed_with_place_and_reason(cli: Cli) -> None:
    rows = json.loads(cli("quarantine", "--format", "json").out)
    assert {row["file"] for row in rows} >= {"IdentityLogonEvents.csv", "EmailEvents.ndjson", "CloudAppEvents.ndjson"}
    assert all(row["place"] and row["reason"] and len(row["sha256"]) == 64 for row in rows)


def test_a_cut_list_says_so(northgate: Workspace, cli: Cli) -> None:
    more = IntakeLog(northgate.intake).quarantined() - 1
    said = cli("quarantine", "--limit", "1")
    assert len(said.out.splitlines()) == 2
    assert said.err == f"{more} older records are not listed; raise --limit to see them.\n"
