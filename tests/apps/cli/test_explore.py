import json
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, Up
from workbench.ledger.api import SavedViewNew
from workbench.ledger.client import TOKEN_VARIABLE, connect

TEXT = "view: phish\nspan: 2026-09-11..2026-09-19\ncolumns: [Subject, SenderFromAddress]\n"


def test_a_view_is_asked_without_a_page(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.view.yml").write_text(TEXT)
    said = cli("explore", "run", str(tmp_path / "a.view.yml"), "--format", "json")
    rows = json.loads(said.out)
    assert (said.status, len(rows) > 5) == (0, True)
    assert {"Timestamp", "Subject", "SenderFromAddress"} <= set(rows[0])


def test_its_query_gives_the_same_rows(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.view.yml").write_text(TEXT)
    query = cli("explore", "run", str(tmp_path / "a.view.yml"), "--kql").out
    run = cli("explore", "run", str(tmp_path / "a.view.yml"), "--format", "json").out
    assert json.loads(cli("query", query, "--format", "json").out) == json.loads(run)


def test_a_misspelt_view_is_bad_input_with_the_nearest(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.view.yml").write_text("view: phsh")
    said = cli("explore", "run", str(tmp_path / "a.view.yml"))
    assert said.status == 2
    assert "Did you mean phish?" in said.err


def test_views_are_listed_and_why_saved_ones_are_not(cli: Cli) -> None:
    said = cli("explore", "views", "--format", "json")
    assert "malware" in [row["View"] for row in json.loads(said.out)]
    assert "Saved views are not listed: No control service runs" in said.err


def test_a_view_of_the_product_is_asked_by_its_name_and_others_come_with_the_nearest(cli: Cli) -> None:
    assert "EmailEvents" in cli("explore", "run", "phish", "--kql").out
    said = cli("explore", "run", "phsh")
    assert (said.status, "Did you mean phish?" in said.err, "serve" in said.err) == (2, True, True)


def test_a_saved_view_is_listed_and_asked_by_its_name(up: Up, typed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)
    home = up.workspace.home
    with connect(up.workspace) as client:
        client.save_view(SavedViewNew(name="weekly \x1b[31mphish", text="view: phish\nspan: 30d", note="of us"))
        client.save_view(SavedViewNew(name="weekly", text="view: url_clicks\nspan: 1d"))
    rows = json.loads(typed("explore", "views", "--format", "json", home=home).out)
    assert [(row["Title"], row["Question"]) for row in rows if "phish" in row["View"] and row["Saved"]] == [
        ("Phish", "of us")
    ]
    assert "\x1b" not in typed("explore", "views", home=home).out
    assert typed("explore", "run", "weekly", "--kql", home=home).out.startswith("UrlClickEvents")
    said = typed("explore", "run", "wekly", home=home)
    assert (said.status, "Did you mean weekly?" in said.err) == (2, True)
