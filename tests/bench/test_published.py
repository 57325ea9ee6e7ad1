"""Shares, differences and the page of the measurement of published queries."""

import json
import sys
from pathlib import Path

import pytest

from bench.language_service import Shown, Verdict, schemas
from bench.published import BEGIN, END, Case, differs, main, page, refusals, written
from bench.trial import Trial
from workbench.events.tables import tables, views

OURS = (("Id", "string"), ("n", "long"))
CLEAN = Verdict((), (), OURS, open=False)


def case(key: str, verdict: Verdict | None, trial: Trial) -> Case:
    return Case(key, frozenset({"email"}), verdict, trial, None, None)


@pytest.mark.parametrize(
    ("theirs", "whole", "said"),
    [
        (OURS, True, ""),
        ((("Id", "string"),), False, ""),
        ((("Id", "string"),), True, "names: n is too much"),
        ((*OURS, ("x", "int")), True, "names: x is missing at the end"),
        ((("Id", "string"), ("n", "int")), True, "types: long instead of int"),
        ((("Id", "string"), ("n", "unknown")), True, ""),
        ((("n", "long"), ("Id", "string")), True, "names: another place than n: Id"),
        ((("Id", "string"), ("count_", "long")), True, "names: another name than count_: n"),
    ],
)
def test_the_first_difference_of_columns_is_named(theirs: tuple[tuple[str, str], ...], whole: bool, said: str) -> None:
    assert differs(OURS, theirs, whole=whole) == said


def test_shares_are_of_valid_queries_and_of_those_bound_cleanly() -> None:
    cases = [
        case("right", CLEAN, Trial("done", "", OURS)),
        case("other", CLEAN, Trial("done", "", (("Id", "string"), ("n", "int")))),
        case("unbuilt", CLEAN, Trial("bind", "There is no function named 'x' (line 1, column 2). Did you mean y?")),
        case("broken", Verdict(("Expected: )",), (), None, open=False), Trial("parse", "no")),
        case("unknown", Verdict((), ("no such column",), None, open=False), Trial("bind", "no such column")),
    ]
    row = next(line for line in page({"set": cases}, None).splitlines() if "| email |" in line)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:] == [
        "5",
        "4",
        "100.0 %",
        "50.0 %",
        "50.0 %",
        "",
        "3",
        "66.7 %",
        "100.0 %",
        "50.0 %",
        "2",
        "100.0 %",
        "",
    ]
    listed = "\n".join(refusals({"set": cases}))
    assert "    1  bind: There is no function named 'x'  unbuilt" in listed
    assert "    1  types: int instead of long  other" in listed


def test_the_figures_replace_what_stands_between_the_marks(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    written(path, "new")
    assert path.read_text("utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_the_judge_is_told_of_every_table_with_all_it_answers_to() -> None:
    told = schemas()
    assert set(told) == {*tables(), *views()} == set(Shown().names())
    assert {"TimeGenerated", "AccountUPN", "_ItemId"} <= set(told["IdentityInfo"])
    for name, each in tables().items():
        assert list(told[name])[: len(each.types)] == list(each.types)
        assert all(each.type_of(column) == kind for column, kind in told[name].items())


@pytest.mark.slow
def test_queries_are_asked_in_processes_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", ":".join(filter(None, sys.path)))
    monkeypatch.setenv("WORKBENCH_LANGUAGE_SERVICE", str(tmp_path))
    asked = ["EmailEvents | count", "EmailEvents | where", "EmailEvents | where Sbuject == 1"]
    rows = [json.dumps({"id": str(number), "query": each, "families": ["email"]}) for number, each in enumerate(asked)]
    (tmp_path / "queries.jsonl").write_text("\n".join(rows), "utf-8")
    main([f"own={tmp_path / 'queries.jsonl'}", "--anchor", "--refusals", str(tmp_path / "why")])
    said = capsys.readouterr().out
    assert "Without the judge" in said
    assert "| own | email | 3 | 2 | 100.0 % | 50.0 % | 50.0 % |" in said
    assert "There is no column named 'Sbuject'" in (tmp_path / "why").read_text("utf-8")
