import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tests.apps.cli.conftest import COMMAND, Cli, start
from workbench import __version__
from workbench.apps.cli.commands import COMMANDS
from workbench.apps.cli.main import app
from workbench.base.config import HOME_VARIABLE, Workspace

PROMISED = {
    "init",
    "import",
    "tables",
    "quarantine",
    "query",
    "kql check",
    "playbook list",
    "playbook run",
    "apps",
    "lab",
}
LISTINGS = {"tables": (), "quarantine": (), "playbook list": ()}


def commands() -> dict[str, object]:
    found, waiting = {}, [("", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        for key, each in getattr(command, "commands", {}).items():
            waiting.append((f"{name} {key}".strip(), each))
        if not hasattr(command, "commands"):
            found[name] = command
    return found


def test_every_promised_command_is_there() -> None:
    assert {word for name in commands() for word in (name, name.partition(" ")[0])} >= PROMISED


@pytest.mark.parametrize("name", commands())
def test_a_command_and_each_of_its_options_say_what_they_are_for(name: str, cli: Cli) -> None:
    said = cli(*name.split(), "--help")
    assert said.status == 0
    assert commands()[name].help
    assert [param.name for param in commands()[name].params if not getattr(param, "help", "")] == []


LIGHT = {
    *("workbench", "workbench.apps", "workbench.apps.cli", "workbench.apps.cli.main", "workbench.apps.cli.commands"),
    *("workbench.apps.cli.ends", "workbench.base", "workbench.base.errors", "workbench.base.render"),
}
LOADED = """import atexit, sys
from workbench.apps.cli import main
atexit.register(lambda: print("\\n" + " ".join(sys.modules)))
main()"""


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("imprt",), ()])
def test_what_needs_no_data_loads_none_of_what_reads_it(words: tuple[str, ...]) -> None:
    """Half a second of the processor instead of two."""
    done = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=False)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert {name for name in loaded if name.startswith("workbench")} == LIGHT
    assert loaded.isdisjoint({"polars", "numpy", "yaml", "rich", "deltalake", "pebble"})
    assert "Did you mean 'import', 'imports'?" in done.stderr or words != ("imprt",)


def test_the_help_says_of_each_command_how_the_command_itself_begins() -> None:
    commands_ = typer.main.get_command(app).commands
    assert list(commands_) == list(COMMANDS)
    beginnings = {name: each.help.removesuffix(".").partition(" and ")[0] for name, each in COMMANDS.items()}
    assert [name for name, begins in beginnings.items() if not commands_[name].help.startswith(begins)] == []


def test_the_variable_that_names_the_workspace_is_in_the_help(cli: Cli) -> None:
    assert HOME_VARIABLE in cli("--help", home=None).out


def test_the_version_is_that_of_the_package(cli: Cli) -> None:
    assert cli("--version", home=None).out.strip() == __version__


@pytest.mark.parametrize("name", LISTINGS)
def test_every_listing_is_an_array_of_objects_for_programs(name: str, cli: Cli) -> None:
    rows = json.loads(cli(*name.split(), "--format", "json").out)
    assert rows
    assert all(isinstance(row, dict) and row.keys() == rows[0].keys() for row in rows)


def test_home_goes_before_the_variable_of_the_environment(
    northgate: Workspace, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert "There is no workspace" in cli("tables", home=None).err
    assert cli("tables").status == 0
    monkeypatch.setenv(HOME_VARIABLE, str(northgate.home))
    assert "EmailEvents" in cli("tables", home=None).out


def test_a_missing_workspace_is_one_line_that_says_how_to_make_one(cli: Cli, tmp_path: Path) -> None:
    said = cli("tables", home=tmp_path / "nowhere")
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        f"error: There is no workspace in {tmp_path}/nowhere. Make one: workbench --home {tmp_path}/nowhere init\n"
    )


def test_a_misspelt_command_meets_the_nearest_one(cli: Cli) -> None:
    said = cli("tabels")
    assert said.status == 2
    assert "Did you mean 'tables'?" in said.err


def test_no_command_at_all_shows_what_there_is(cli: Cli) -> None:
    said = cli(home=None)
    assert "Commands:" in said.out + said.err


def test_the_module_starts_without_loading_what_draws_or_serves() -> None:
    heavy = ("altair", "ipywidgets", "anywidget", "pandas", "papermill", "voila", "jupyterlab", "IPython")
    code = f"import sys; import workbench.apps.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["playbooks", "runs", "users", "schedules"])
def test_what_asks_no_question_loads_no_engine_for_them(module: str) -> None:
    """0.9 seconds of the processor instead of 1.7 before ``playbook run`` does anything."""
    heavy = ("polars", "numpy", "deltalake", "sqlalchemy", "workbench.events.query", "workbench.analysis")
    code = f"import sys, workbench.apps.cli.{module}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "form", ["csv", *(pytest.param(each, marks=pytest.mark.slow) for each in ("json", "table", "parquet"))]
)
def test_a_closed_pipe_ends_a_command_without_a_traceback(northgate: Workspace, form: str) -> None:
    words = ["query", "range n from 1 to 60000 step 1 | extend text = strcat('row ', n)", "--format", form]
    child = start(northgate.home, words, stdout=subprocess.PIPE)
    assert child.stdout.read(4)
    child.stdout.close()
    told = child.stderr.read().decode()
    assert child.wait(60) in (0, 1)
    child.stderr.close()
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_ctrl_c_in_a_long_query_ends_it_with_its_own_status_and_its_child(northgate: Workspace) -> None:
    slow = "range a from 1 to 100000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | count"
    imports, _, call = COMMAND[2].partition("; ")
    script = f"import threading, _thread; {imports}; threading.Timer(3, _thread.interrupt_main).start(); {call}"
    words = [sys.executable, "-c", script, "--home", str(northgate.home), "query", slow]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("attempt to write a readonly database")]
)
def test_what_the_machine_refuses_is_one_line(error: Exception, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("workbench.apps.cli.quarantine.IntakeLog", refuse)
    said = cli("quarantine")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "room on its disk" in said.err
