import json
from hashlib import sha256
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


def test_the_counts_over_the_list_are_asked_for_too(cli: Cli, tmp_path: Path) -> None:
    view = tmp_path / "a.view.yml"
    text = TEXT.replace("2026-09-11..2026-09-19", "2026-09-15..2026-09-18")
    view.write_text(f"{text}bins: 1d\ncompare: true\n")
    over_time = json.loads(cli("explore", "run", str(view), "--counts", "--format", "json").out)
    assert {row["Before"] for row in over_time} == {True, False}
    view.write_text(f"{text}cross: {{rows: SenderFromDomain, columns: DeliveryAction}}\n")
    crossed = json.loads(cli("explore", "run", str(view), "--counts", "--format", "json").out)
    now = sum(row["Count"] for row in over_time if not row["Before"])
    listed = json.loads(cli("explore", "run", str(view), "--format", "json").out)
    assert now == sum(row["Count"] for row in crossed) == len(listed) > 0
    assert "lookup rows on RowKey" in cli("explore", "run", str(view), "--counts", "--kql").out


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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "form", ["ndjson", *(pytest.param(each, marks=pytest.mark.slow) for each in ("csv", "parquet"))]
)
def test_a_file_has_all_rows_and_a_sidecar(cli: Cli, tmp_path: Path, form: str) -> None:
    (tmp_path / "a.view.yml").write_text(TEXT)
    rows = json.loads(cli("explore", "run", str(tmp_path / "a.view.yml"), "--format", "json").out)
    said = cli("explore", "run", str(tmp_path / "a.view.yml"), "--out", str(tmp_path / f"rows.{form}"), "--rows", "1")
    assert (said.status, said.out) == (0, "")
    assert f"{len(rows)} rows written to" in said.err
    told = json.loads((tmp_path / f"rows.{form}.json").read_text())
    data = (tmp_path / f"rows.{form}").read_bytes()
    assert (told["rows"], told["sha256"]) == (len(rows), sha256(data).hexdigest())
    if form == "ndjson":
        assert [json.loads(line)["Subject"] for line in data.splitlines()] == [row["Subject"] for row in rows]


@pytest.mark.slow
def test_lines_of_json_go_to_standard_output_too(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.view.yml").write_text(TEXT)
    said = cli("explore", "run", str(tmp_path / "a.view.yml"), "--format", "ndjson")
    assert {"Timestamp", "Subject"} <= set(json.loads(said.out.splitlines()[0]))


@pytest.mark.parametrize(
    "name", ["file/rows.csv", *(pytest.param(each, marks=pytest.mark.slow) for each in ("", "nowhere/rows.csv"))]
)
def test_a_file_that_cannot_be_written_is_said(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.view.yml").write_text(TEXT)
    (tmp_path / "file").touch()
    said = cli("explore", "run", str(tmp_path / "a.view.yml"), "--format", "csv", "-o", str(tmp_path / name))
    assert said.status in (1, 2)
    assert "is no file" in said.err or "The export cannot be written" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.view.yml", "file"]
