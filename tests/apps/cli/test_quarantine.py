import json
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli
from workbench.apps.cli.workspace import make_workspace
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import IntakeLog
from workbench.intake.importing.log import Aside

GOOD = b'{"Timestamp": "2026-09-14T10:00:00Z", "AlertId": "a%d", "Title": "t"}'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with four records set aside: two that can be read today, one that cannot, one file as a whole."""
    make_workspace(tmp_path / "w")
    IntakeLog(Workspace(tmp_path / "w").intake).set_aside(
        [
            Aside("f0", "AlertInfo.ndjson", "line 1", "fits no declared table: x", GOOD % 1, "json_rows", "AlertInfo"),
            Aside("f0", "AlertInfo.ndjson", "line 2", "fits no declared table: y", GOOD % 2, "json_rows", "AlertInfo"),
            Aside("f0", "AlertInfo.ndjson", "line 3", "is not JSON: \x1b[2J", b'{"a": \x1b[2J\xff\n\x00', "json_rows"),
            Aside("f1", "locked.zip", "", "cannot be unpacked: encrypted", b""),
        ]
    )
    return tmp_path / "w"


def ids(home: Path, cli: Cli, *words: str) -> list[int]:
    return [row["id"] for row in json.loads(cli("quarantine", "list", "--format", "json", *words, home=home).out)]


def test_a_list_can_be_narrowed_and_says_what_it_leaves_out(home: Path, cli: Cli) -> None:
    assert ids(home, cli) == [4, 3, 2, 1]
    assert ids(home, cli, "--file", "alertinfo", "--reason", "declared") == [2, 1]
    assert ids(home, cli, "--since", "2999-01-01") == []
    assert (
        cli("quarantine", "list", "--reason", "no such", home=home).err
        == "None of the 4 records set aside fits that.\n"
    )
    assert cli("quarantine", "list", "--file", "alert", "--limit", "1", home=home).err.startswith(
        "2 older records are not"
    )
    assert cli("quarantine", "list", "--since", "soon", home=home).status == 2


def test_records_are_counted_by_reason_and_by_file(home: Path, cli: Cli) -> None:
    rows = json.loads(cli("quarantine", "list", "--by", "reason", "--format", "json", home=home).out)
    assert [(row["name"], row["records"]) for row in rows] == [
        ("fits no declared table", 2), ("cannot be unpacked", 1), ("is not JSON", 1),
    ]  # fmt: skip
    rows = json.loads(cli("quarantine", "list", "--by", "file", "--format", "json", home=home).out)
    assert [(row["name"], row["records"]) for row in rows] == [("AlertInfo.ndjson", 3), ("locked.zip", 1)]


@pytest.mark.quirk("quarantine and account", "hostile text shown: file names, subjects, rule names, URLs")
def test_a_record_is_shown_whole_and_cannot_move_the_cursor(home: Path, cli: Cli, tmp_path: Path) -> None:
    said = cli("quarantine", "show", "3", home=home)
    assert "AlertInfo.ndjson" in said.out
    assert "line 3" in said.out
    assert '{"a": ⟦U+001B⟧[2J\ufffd\n⟦U+0000⟧\n' in said.out
    assert "is not JSON: ⟦U+001B⟧[2J" in said.out
    assert "\x1b" not in said.out
    told = cli("quarantine", "show", "3", "--raw", str(tmp_path / "raw"), home=home)
    assert (tmp_path / "raw").read_bytes() == b'{"a": \x1b[2J\xff\n\x00'
    assert told.err.startswith("13 bytes written to ")
    assert json.loads(cli("quarantine", "show", "3", "--format", "json", home=home).out)["place"] == "line 3"


def test_a_number_that_is_not_there_is_one_line(home: Path, cli: Cli) -> None:
    for words in (("show", "99"), ("retry", "1", "99"), ("drop", "99", "--yes")):
        said = cli("quarantine", *words, home=home)
        assert (said.status, said.err.count("\n")) == (1, 1)
        assert "No quarantined record has the number 99" in said.err


@pytest.mark.parametrize("words", [["retry"], ["drop"], ["drop", "1", "--all"], ["retry", "1", "--reason", "x"]])
def test_what_is_meant_must_be_said(home: Path, cli: Cli, words: list[str]) -> None:
    assert cli("quarantine", *words, home=home).status == 2
    assert len(ids(home, cli)) == 4


@pytest.mark.quirk("quarantine and account", "what can be read today leaves the quarantine")
def test_what_can_be_read_today_leaves_the_quarantine_for_the_store(home: Path, cli: Cli) -> None:
    said = cli("quarantine", "retry", "--all", home=home)
    assert said.err.splitlines()[0] == (
        "4 records tried: 2 recovered (2 kept, 0 duplicates), 2 still quarantined"
    )  # fmt: skip
    assert "  1 × not enough of it was kept to read it alone; import its file again (first: 4)" in said.err
    assert Store(Workspace(home).store).held()["AlertInfo"].rows == 2
    assert ids(home, cli) == [4, 3]
    assert (
        cli("quarantine", "retry", "--reason", "declared", home=home).err == "No record of the quarantine fits that.\n"
    )


def test_dropping_asks_first_and_leaves_a_count(home: Path, cli: Cli) -> None:
    assert cli("quarantine", "drop", "--all", home=home, given="n\n").err.endswith(
        "Nothing was dropped; with --yes nobody is asked.\n"
    )
    assert len(ids(home, cli)) == 4
    assert cli("quarantine", "drop", "1", "2", home=home, given="y\n").err.endswith(
        f"2 records dropped. See: workbench --home {home} imports\n"
    )
    cli("quarantine", "drop", "--before", "2999-01-01", "--file", "locked", "--yes", home=home)
    assert ids(home, cli) == [3]
    noted = IntakeLog(Workspace(home).intake).imports()
    assert [(each.what, each.rows_in) for each in noted] == [("drop", 1), ("drop", 2)]
    assert all(each.by and each.ended_at for each in noted)


def test_without_an_answer_nothing_is_dropped(home: Path, cli: Cli) -> None:
    said = cli("quarantine", "drop", "--all", home=home, given="")
    assert said.err.endswith("Nothing was dropped; with --yes nobody is asked.\n")
    assert len(ids(home, cli)) == 4


def test_a_damaged_log_is_one_line(home: Path, cli: Cli) -> None:
    for path in home.glob("intake.db*"):
        path.write_bytes(b"no database" * 1000)
    for words in (["quarantine"], ["tables"], ["imports"]):
        said = cli(*words, home=home)
        assert (said.status, said.err.count("\n")) == (1, 1)
        assert "The import log cannot be used" in said.err
