import csv
import io
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest

from tests.apps.cli.conftest import COMMAND, Cli, Up
from workbench.base.config import Workspace
from workbench.ledger.client import TOKEN_VARIABLE

HOSTILE = r"""print formula = "=HYPERLINK('http://a.example')", tricks = "a\u001b[31mred\u001b]0;title\u0007 \u202etxt.exe\u009b2J", n = -5"""
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal would obey, or that change the order of text."""
MAILS = "EmailEvents | project Timestamp, NetworkMessageId, Subject, UrlCount"


def asked(cli: Cli, text: str, *words: str, **more: object) -> list[dict]:
    said = cli("query", text, "--format", "json", *words, **more)
    assert said.status == 0, said.err
    return json.loads(said.out)


def count(cli: Cli, *words: str) -> int:
    return asked(cli, "EmailEvents | count", *words)[0]["Count"]


def test_rows_go_to_standard_output_and_nothing_else_does(cli: Cli) -> None:
    said = cli("query", "EmailEvents | take 3", "--format", "json", "--rows", "2")
    assert len(json.loads(said.out)) == 2
    assert said.err == "Only the first 2 rows are shown; raise --rows or narrow the question to see the rest.\n"


def test_a_span_in_days_ends_at_the_given_now(cli: Cli) -> None:
    moments = [row["Timestamp"] for row in asked(cli, MAILS, "--span", "2d", "--now", "2026-09-17T12:00:00Z")]
    assert moments
    assert min(moments) >= "2026-09-15T12:00:00Z"
    assert max(moments) < "2026-09-17T12:00:00Z"


def test_a_span_from_to_includes_the_whole_last_day(cli: Cli) -> None:
    days = {row["Timestamp"][:10] for row in asked(cli, MAILS, "--span", "2026-09-14..2026-09-15")}
    assert days == {"2026-09-14", "2026-09-15"}


def test_without_a_span_all_that_is_held_is_asked(cli: Cli) -> None:
    assert (
        count(cli) > count(cli, "--span", "2026-09-14..2026-09-18") > count(cli, "--span", "2026-09-14..2026-09-14") > 0
    )


def test_without_accelerators_the_answer_is_the_same(cli: Cli) -> None:
    question = "EmailEvents | summarize n = count() by DeliveryAction, bin(Timestamp, 1d)"
    assert asked(cli, question, "--no-accelerators") == asked(cli, question) != []


def test_now_is_what_queries_count_from(cli: Cli) -> None:
    rows = asked(cli, "print now = now(), before = ago(1d)", "--now", "2026-01-02T03:04:05Z")
    assert rows == [{"now": "2026-01-02T03:04:05Z", "before": "2026-01-01T03:04:05Z"}]


@pytest.mark.parametrize(
    ("option", "value"), [("--span", "7x"), ("--span", "2026-02-30..2026-03-01"), ("--now", "noon")]
)
def test_a_window_that_cannot_be_read_is_said_with_its_forms(option: str, value: str, cli: Cli) -> None:
    said = cli("query", "EmailEvents | count", option, value)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("error: '")
    assert "Write " in said.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EmailEvnts | count", "There is no table named 'EmailEvnts' (line 1, column 1). Did you mean EmailEvents"),
        ("EmailEvents | where Sbject has 'x'", "(line 1, column 21). Did you mean Subject"),
        ("EmailEvents | wher UrlCount > 1", "Did you mean where"),
        ("EmailEvents | where", "met the end of the query"),
        ("", "met the end of the query"),
    ],
)
def test_a_bad_query_exits_with_2_and_its_message_on_standard_error(text: str, message: str, cli: Cli) -> None:
    said = cli("query", text)
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_query_over_its_limit_is_told_which_option_raises_it(cli: Cli) -> None:
    slow = "range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | count"
    said = cli("query", slow, "--seconds", "0.5")
    assert said.status == 1
    assert "longer than 0.5 seconds" in said.err
    assert "Raise --seconds" in said.err


def test_a_query_is_read_from_standard_input(cli: Cli) -> None:
    assert asked(cli, "-", given="print answer = 42\n") == [{"answer": 42}]


def test_json_has_instants_in_utc_lengths_as_kql_and_dynamics_as_values(cli: Cli) -> None:
    text = 'print t = datetime(2026-01-01), d = 1d + 2h, b = true, o = dynamic({"a": [1, null]}), n = long(null), r = 1.0 / 0.0'
    row = {"t": "2026-01-01T00:00:00Z", "d": "1.02:00:00", "b": True, "o": {"a": [1, None]}, "n": None, "r": "Infinity"}
    assert asked(cli, text) == [row]


def test_csv_holds_every_row_under_the_names_of_the_columns(cli: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("query", MAILS, "--format", "csv").out, newline="")))
    assert [(row["NetworkMessageId"], row["Subject"].removeprefix("'"), int(row["UrlCount"])) for row in rows] == [
        (row["NetworkMessageId"], row["Subject"].removeprefix("'"), row["UrlCount"]) for row in asked(cli, MAILS)
    ]


def test_csv_cells_that_a_spreadsheet_would_run_start_with_an_apostrophe_and_numbers_do_not(cli: Cli) -> None:
    (row,) = csv.DictReader(io.StringIO(cli("query", HOSTILE, "--format", "csv").out))
    assert row["formula"].startswith("'=HYPERLINK")
    assert row["n"] == "-5"


def test_no_cell_of_the_hostile_sample_begins_a_formula(cli: Cli) -> None:
    text = cli("query", "EmailEvents | project Subject, SenderDisplayName, SenderFromAddress", "--format", "csv").out
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))] == []
    assert any(cell.startswith("'=") for cell in cells)


def test_parquet_has_the_types_of_the_columns(cli: Cli) -> None:
    frame = pl.read_parquet(cli("query", MAILS, "--format", "parquet").raw)
    assert frame.schema["Timestamp"] == pl.Datetime("us", "UTC")
    assert frame.height == count(cli)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "txt"])
def test_a_file_is_written_in_the_format_its_ending_names(ending: str, cli: Cli, tmp_path: Path) -> None:
    said = cli("query", "print answer = 42", "-o", str(tmp_path / f"rows.{ending}"))
    assert (said.out, said.err) == ("", f"1 row written to {tmp_path}/rows.{ending}\n")
    start = {"csv": b'"answer"\n42', "json": b'[{"answer": 42}]', "parquet": b"PAR1", "txt": b"answer\n    42"}[ending]
    assert (tmp_path / f"rows.{ending}").read_bytes().startswith(start)


def test_a_named_format_goes_before_the_ending(cli: Cli, tmp_path: Path) -> None:
    cli("query", "print answer = 42", "-o", str(tmp_path / "rows.txt"), "--format", "csv")
    assert (tmp_path / "rows.txt").read_bytes() == b'"answer"\n42\n'


def test_an_ending_that_stands_for_something_else_is_refused_before_anything_is_asked(cli: Cli, tmp_path: Path) -> None:
    said = cli("query", "print 1", "-o", str(tmp_path / "rows.xlsx"))
    assert said.status == 2
    assert "Rows cannot be written as .xlsx. Name the file .csv" in said.err
    assert not (tmp_path / "rows.xlsx").exists()


def test_a_file_that_cannot_be_written_is_one_line(cli: Cli, tmp_path: Path) -> None:
    said = cli("query", "print 1", "-o", str(tmp_path / "no" / "rows.csv"))
    assert said.status == 2
    assert said.err == f"error: {tmp_path}/no/rows.csv cannot be written: No such file or directory.\n"


def test_no_rows_in_a_window_are_explained_by_the_newest_event(cli: Cli) -> None:
    said = cli("query", "EmailEvents", "--span", "7d", "--now", "2026-11-01")
    assert said.status == 0
    assert said.err.startswith(
        "0 rows: the window is 2026-10-25T00:00:00Z..2026-11-01T00:00:00Z; the newest event held"
    )


def test_a_table_for_people_is_one_line_a_row_and_says_what_it_leaves_out(cli: Cli) -> None:
    said = cli("query", "EmailEvents")
    assert len(said.out.splitlines()) == 201
    assert said.err.startswith("200 of 626 rows shown")


def test_numbers_of_events_are_written_so_that_they_can_be_copied(cli: Cli) -> None:
    assert "1234567" in cli("query", "print id = 1234567").out


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_character_that_a_terminal_obeys_is_written(form: str, cli: Cli) -> None:
    said = cli("query", HOSTILE, "--format", form)
    assert OBEYED.findall(said.out) == []
    assert "red" in said.out


def test_json_escapes_keep_the_value(cli: Cli) -> None:
    (row,) = asked(cli, HOSTILE)
    assert row["tricks"] == "a\x1b[31mred\x1b]0;title\x07 \u202etxt.exe\x9b2J"


@pytest.mark.parametrize("form", ["table", *(pytest.param(each, marks=pytest.mark.slow) for each in ("json", "csv"))])
def test_a_real_terminal_gets_only_its_own_colours(form: str, northgate: Workspace) -> None:
    told = at_terminal(northgate, "query", HOSTILE, "--format", form)
    assert "red" in told
    assert OBEYED.findall(re.sub("\x1b\\[[0-9;]*m", "", told).replace("\r\n", "\n")) == []
    assert "\x1b[31m" not in told


def test_rows_too_wide_for_a_terminal_stand_one_below_the_other_without_empty_cells(northgate: Workspace) -> None:
    told = at_terminal(northgate, "query", "EmailEvents | where isnotempty(Subject) | take 2")
    assert told.count("row ") == 2
    assert re.search(r"^  Subject +\S", told, re.MULTILINE)
    assert not re.search(r"^  \w+ +$", told, re.MULTILINE)


def at_terminal(workspace: Workspace, *words: str) -> str:
    """What a command writes to a terminal of 80 columns."""
    ours, its = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    command = [*COMMAND, "--home", str(workspace.home), *words]
    child = subprocess.Popen(command, stdout=its, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    os.close(its)
    told = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert child.wait(60) == 0
    return told.decode()


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # the other end is closed
        return b""


class TestCheck:
    """``kql check``."""

    LINES = (
        {"id": "good", "query": "EmailEvents | where UrlCount > 1 | project Timestamp, Subject, UrlCount"},
        {"id": 7, "query": "EmailEvents | where"},
        {"id": "no such column", "query": "EmailEvents | where Sbject has 'x'"},
    )

    def checked(self, cli: Cli, *words: str, lines: object = LINES, **more: object) -> list[dict]:
        said = cli("kql", "check", "-", *words, given="\n".join(map(json.dumps, lines)) + "\n\n", **more)
        assert said.status == 0, said.err
        return [json.loads(line) for line in said.out.splitlines()]

    def test_every_line_in_gives_a_line_out_with_exactly_these_keys(self, cli: Cli) -> None:
        answers = self.checked(cli)
        assert [list(answer) for answer in answers] == [["id", "ok", "stage", "error", "columns", "ms"]] * 3
        assert [answer["id"] for answer in answers] == ["good", 7, "no such column"]

    def test_a_good_query_has_its_columns_with_types_and_no_stage(self, cli: Cli) -> None:
        good = self.checked(cli)[0]
        assert (good["ok"], good["stage"], good["error"]) == (True, "", "")
        assert good["columns"] == [["Timestamp", "datetime"], ["Subject", "string"], ["UrlCount", "int"]]
        assert isinstance(good["ms"], float)

    def test_a_bad_query_names_the_stage_that_failed_and_why(self, cli: Cli) -> None:
        _, unparsed, unbound = self.checked(cli)
        assert (unparsed["ok"], unparsed["stage"], unparsed["columns"]) == (False, "parse", None)
        assert (unbound["ok"], unbound["stage"], unbound["columns"]) == (False, "bind", None)
        assert "Did you mean Subject" in unbound["error"]

    def test_with_run_a_query_that_fails_at_work_says_so(self, cli: Cli) -> None:
        lines = [
            {"id": 1, "query": "EmailEvents | count"},
            {"id": 2, "query": "EmailEvents | where Subject matches regex '('"},
        ]
        answers = self.checked(cli, "--run", lines=lines)
        assert answers[0]["ok"]
        assert not answers[1]["ok"]
        assert answers[1]["stage"] in ("bind", "run")

    def test_a_file_is_read_and_a_byte_order_mark_passed_over(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "q.jsonl").write_text('\ufeff{"id": 1, "query": "print 1"}\n', "utf-8")
        assert json.loads(cli("kql", "check", str(tmp_path / "q.jsonl")).out)["ok"]

    def test_without_a_workspace_queries_are_checked_against_the_declared_tables(
        self, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert self.checked(cli, home=None)[0]["ok"]

    def test_a_workspace_that_is_named_and_not_there_is_an_error(self, cli: Cli, tmp_path: Path) -> None:
        said = cli("kql", "check", "-", home=tmp_path / "typo", given="")
        assert said.status == 1
        assert "There is no workspace" in said.err

    @pytest.mark.parametrize("line", ["not json", '{"id": 1}', "[1]"])
    def test_a_line_in_another_form_is_answered_and_the_next_ones_too(self, line: str, cli: Cli) -> None:
        said = cli("kql", "check", "-", given=f"{line}\n{json.dumps(self.LINES[0])}\n")
        bad, good = map(json.loads, said.out.splitlines())
        assert (bad["id"], bad["ok"], bad["stage"], good["ok"]) == (None, False, "read", True)
        assert "Line 1" in bad["error"]

    def test_a_file_that_is_no_text_is_one_line_with_its_name(self, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "q.jsonl").write_bytes(b"\xff\xfe")
        said = cli("kql", "check", str(tmp_path / "q.jsonl"))
        assert (said.status, said.err.count("\n")) == (2, 1)
        assert "q.jsonl" in said.err

    def test_a_file_that_is_not_there_is_one_line(self, cli: Cli, tmp_path: Path) -> None:
        said = cli("kql", "check", str(tmp_path / "none.jsonl"))
        assert said.status == 2
        assert said.err == f"error: {tmp_path}/none.jsonl cannot be read: No such file or directory.\n"


def test_a_question_is_explained_without_being_run_and_after_it(cli: Cli) -> None:
    question = "EmailEvents | where Timestamp > ago(2d) and Subject has 'a' | count"
    said = cli("query", question, "--explain")
    assert said.status == 0, said.err
    assert 'conditions: Subject has "a"' in said.out
    assert "files: " in said.out
    assert " s\n" not in said.out
    assert "1 row in" in cli("query", question, "--explain-run").out
    assert cli("query", "EmailEvents | where Nowhere == 1", "--explain").status == 2


@pytest.mark.slow
def test_a_query_is_saved_listed_asked_by_its_name_and_a_clash_shows_both(
    up: Up, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)
    home = up.workspace.home
    said = cli("query", "print n = 41 + 1", "--save", "the answer", home=home)
    assert said.status == 0, said.err
    assert "Saved as the answer." in said.err
    assert cli("query", "print n = 41 + 1", "--save", "the answer", home=home).status == 0
    clash = cli("query", "print n = 43", "--save", "the answer", home=home)
    assert (clash.status, clash.out) == (2, "")
    assert "print n = 41 + 1" in clash.err
    assert "print n = 43" in clash.err
    assert "--replace" in clash.err
    assert json.loads(cli("query", "the answer", "--saved", "--format", "json", home=home).out) == [{"n": 42}]
    assert cli("query", "print n = 43", "--save", "the answer", "--replace", home=home).status == 0
    (held,) = json.loads(cli("kql", "saved", "--format", "json", home=home).out)
    assert (held["Name"], held["KQL"]) == ("the answer", "print n = 43")
    tracked = cli("kql", "track", "the answer", "--every", "6h", home=home)
    assert (tracked.status, "the answer is tracked; next at 20" in tracked.err) == (0, True), tracked.err
    assert "is asked no more" in cli("kql", "track", "the answer", "--stop", home=home).err
    assert "was not tracked" in cli("kql", "track", "the answer", "--stop", home=home).err
    assert cli("kql", "track", "the answer", "--every", "7m", home=home).status == 2
    unknown = cli("query", "the anser", "--saved", home=home)
    assert (unknown.status, "Did you mean the answer?" in unknown.err) == (2, True)
    assert "kql saved" in unknown.err
    odd = cli("query", "print 1", "--save", "../x<script>\x1b[31m", home=home)
    assert "\x1b" not in odd.err + cli("kql", "saved", home=home).out


@pytest.mark.parametrize("name", ["", " ", "x" * 1000])
def test_a_name_that_cannot_be_kept_is_refused_before_the_question_is_asked(name: str, cli: Cli) -> None:
    said = cli("query", "print 1", "--save", name)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_where_nothing_can_be_saved_it_is_said_before_the_question_is_asked(cli: Cli) -> None:
    said = cli("query", "print 1", "--save", "mine")
    assert (said.status, said.out) == (1, "")
    assert "service" in said.err


def test_what_a_plugin_makes_of_the_data_can_be_named(cli: Cli) -> None:
    question = """print d = dynamic({"a": 1, "b": "x"}) | evaluate bag_unpack(d) | project a, b"""
    assert asked(cli, question) == [{"a": 1, "b": "x"}]
    assert cli("query", question, "--explain-run").status == 0
