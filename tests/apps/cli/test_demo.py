import json
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.apps.cli.conftest import Cli, start
from workbench.apps.cli.demo import line
from workbench.apps.cli.progress import Lines
from workbench.apps.demo import Step
from workbench.events.store import Store

ARGUMENTS = ["--seed", "3", "--mails", "1000", "--days", "1"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "w"
    child = start(home, ["demo", "build", *ARGUMENTS], stdout=subprocess.PIPE)
    _, said = child.communicate(timeout=240)
    assert child.returncode == 0, said
    assert b"What was planted is in" in said
    assert b"mails/s" in said
    assert f"workbench --home {home} init, which makes the first administrator".encode() in said
    return home


@pytest.mark.slow
def test_a_build_leaves_its_answers_and_can_be_asked(made: Path, cli: Cli) -> None:
    assert json.loads((made / "answers.json").read_text("utf-8"))["mails"] == 1000
    said = cli("query", "EmailEvents | count", "--format", "json", home=made)
    assert json.loads(said.out)[0]["Count"] > 1000


def test_the_same_build_again_is_there_already(made: Path, cli: Cli) -> None:
    said = cli("demo", "build", *ARGUMENTS, home=made)
    assert said.status == 0
    assert "is there already: 1,000 mails of 1 day." in said.err


def test_another_build_in_the_same_workspace_is_refused(made: Path, cli: Cli) -> None:
    said = cli("demo", "build", "--mails", "2000", "--days", "1", home=made)
    assert said.status == 1
    assert "There is another build in" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mails", "10"], "--mails 10 is out of range"),
        (["--days", "0"], "--days 0 is out of range"),
        (["--end", "tomorrow"], "--end tomorrow is no moment"),
    ],
)
def test_arguments_that_make_no_sense_are_bad_input(words: list[str], told: str, cli: Cli, tmp_path: Path) -> None:
    said = cli("demo", "build", *words, home=tmp_path / "w")
    assert said.status == 2
    assert told in said.err
    assert not (tmp_path / "w").exists()


def test_nothing_lives_on_where_nothing_was_built(cli: Cli, tmp_path: Path) -> None:
    said = cli("demo", "live", home=tmp_path)
    assert said.status == 1
    assert f"Make one: workbench --home {tmp_path} demo build" in said.err


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_minutes_come_in_as_they_pass(tmp_path: Path) -> None:
    """One real minute and a few seconds, on a build up to this hour."""
    build = start(tmp_path, ["demo", "build", *ARGUMENTS, "--end", "now"], stdout=subprocess.PIPE)
    build.communicate(timeout=240)
    child = start(tmp_path, ["demo", "live"], stdout=subprocess.PIPE)
    assert child.stderr.readline() == b"Living on. Press Ctrl-C to stop.\n"
    told = [moment(child.stderr.readline().decode())]
    while len(told) < 2 or told[-1] - told[-2] != timedelta(minutes=1):
        told.append(moment(child.stderr.readline().decode()))
        assert len(told) < 4
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=120)
    assert abs(datetime.now(UTC) - told[-1]) < timedelta(minutes=2)
    assert told == sorted(set(told))


def moment(line: str) -> datetime:
    return datetime.strptime(line.partition(" UTC")[0], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


@pytest.mark.slow
def test_living_on_ends_with_ctrl_c(made: Path) -> None:
    child = start(made, ["demo", "live", "--speed", "60"], stdout=subprocess.PIPE)
    assert child.stderr.readline() == b"Living on. Press Ctrl-C to stop.\n"
    step = child.stderr.readline().decode()
    child.send_signal(signal.SIGINT)
    _, rest = child.communicate(timeout=120)
    assert child.returncode == 0
    assert " UTC: " in step
    assert rest.decode().endswith("Stopped.\n")
    assert json.loads((made / "demo.json").read_text("utf-8"))["live_until"]


LARGE = ["--seed", "3", "--mails", "24000", "--days", "4"]


def started(home: Path, words: list[str]) -> tuple["subprocess.Popen[bytes]", list[psutil.Process]]:
    """A command whose first rows are in the store, and the processes it started."""
    child = start(home, words, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 240
    while not list((home / "store" / "EmailEvents" / "_delta_log").glob("*1.json")):
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return child, psutil.Process(child.pid).children(recursive=True)


def finished(home: Path) -> dict[str, int]:
    """The rows of a build after it was asked for once more."""
    again = start(home, ["demo", "build", *LARGE], stdout=subprocess.PIPE)
    _, said = again.communicate(timeout=240)
    assert again.returncode == 0, said
    assert json.loads((home / "demo.json").read_text("utf-8"))["finished"]
    return {name: held.rows for name, held in Store(home / "store").held().items()}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_build_that_is_killed_leaves_nobody_behind_and_is_finished_by_the_next(tmp_path: Path) -> None:
    whole = finished(tmp_path / "whole")
    for number, (ending, seconds) in enumerate([(signal.SIGKILL, 0.4), (signal.SIGINT, 0.0)]):
        home = tmp_path / str(number)
        child, children = started(home, ["demo", "build", *LARGE])
        time.sleep(seconds)
        child.send_signal(ending)
        child.communicate(timeout=60)
        assert psutil.wait_procs(children, timeout=10)[1] == []
        assert finished(home) == whole


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.timeout(600)
def test_ctrl_c_during_the_build_stops_what_serves_too(tmp_path: Path) -> None:
    child, children = started(tmp_path, ["demo", *LARGE])
    child.send_signal(signal.SIGINT)
    told, said = child.communicate(timeout=60)
    assert child.returncode == 0, said
    assert told == b""
    assert said.endswith(b"\nStopping ...\nStopped.\n")
    assert b"Traceback" not in said
    assert len(children) >= 4
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_progress_is_a_line_every_ten_seconds_with_rate_and_what_is_left() -> None:
    told: list[str] = []
    now = iter([0.0, 10.0, 15.0, 20.0, 22.0])
    lines = Lines(told.append, line, clock=lambda: next(now))
    for mails in (0, 100, 500, 600):
        lines(Step(mails, 1_000, mails * 4))
    assert told == [
        "0 of 1,000 mails; the planted stories come first",
        "500 of 1,000 mails (25 mails/s), about 20 s left",
    ]
