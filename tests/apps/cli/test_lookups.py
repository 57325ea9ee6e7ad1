import json
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli
from workbench.apps.cli.workspace import make_workspace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_workspace(tmp_path / "w")
    return tmp_path / "w"


def test_lists_are_told_with_age_and_what_is_missing(cli: Cli, home: Path) -> None:
    said = cli("lookups", "list", home=home)
    assert said.status == 0
    assert "countries" in said.out
    assert "550,566" in said.out
    assert "not supplied" in said.out
    assert "old after" in said.err
    rows = {row["name"]: row for row in json.loads(cli("lookups", "list", "--format", "json", home=home).out)}
    assert rows["top_sites"]["state"] == "old"
    assert rows["countries"]["licence"] == "CC0-1.0 AND CC-BY-4.0"


def test_a_list_is_refreshed_asked_and_removed(cli: Cli, home: Path) -> None:
    given = home.parent / "mine.txt"
    given.write_text("mail.example\nhttp://\u202e/\n")
    refused = cli("lookups", "refresh", "freemail", str(given), home=home)
    assert refused.status == 2
    assert "1 entry, and the list that counts 203" in refused.err
    done = cli("lookups", "refresh", "freemail", str(given), "--yes", home=home)
    assert done.status == 0
    assert "1 rows" not in done.err
    assert "freemail: 1 row of" in done.err
    assert "203 rows of 2026-11-23 before" in done.err
    assert "1 refused" in done.err
    assert "\u202e" not in done.err
    shown = cli("lookups", "show", "freemail", "x.mail.example", home=home)
    assert shown.out == "freemail holds (mail.example) x.mail.example\n"
    assert "workspace" in shown.err
    assert cli("lookups", "show", "freemail", "gmail.com", home=home).out == "freemail does not hold gmail.com\n"
    removed = cli("lookups", "remove", "freemail", home=home)
    assert "The shipped list counts again." in removed.err
    assert "holds (gmail.com)" in cli("lookups", "show", "freemail", "gmail.com", home=home).out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "fremail", "x"), 2, "freemail"),
        (("show", "networks", "x"), 1, "lookups refresh networks FILE"),
        (("refresh", "freemail", "/nowhere"), 2, "/nowhere"),
        (("remove", "freemail"), 1, "no list of its own"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Cli, home: Path, words: tuple[str, ...], status: int, said: str) -> None:
    answer = cli("lookups", *words, home=home)
    assert answer.status == status
    assert said in answer.err


def test_a_file_is_pinned_listed_read_by_a_query_and_removed(cli: Cli, home: Path) -> None:
    given = home.parent / "bad.csv"
    given.write_text("evil.example\n")
    address = "https://feeds.example/bad.csv"
    asked = ("query", f"externaldata(Host:string)['{address}']")
    refused = cli(*asked, home=home)
    assert refused.status == 2
    assert f"lookups pin '{address}' FILE" in refused.err
    done = cli("lookups", "pin", address, str(given), "--date", "2026-09-01", home=home)
    assert done.status == 0
    assert "bad.csv of 2026-09-01, 13 bytes" in done.err
    (row,) = json.loads(cli("lookups", "pins", "--format", "json", home=home).out)
    assert (row["address"], row["date"]) == (address, "2026-09-01")
    told = cli(*asked, home=home)
    assert "evil.example" in told.out
    assert "is read from bad.csv" in told.err
    assert cli("lookups", "pin", address, str(given), "--date", "soon", home=home).status == 2
    assert cli("lookups", "unpin", address, home=home).status == 0
    assert "No file is pinned" in cli("lookups", "pins", home=home).err
