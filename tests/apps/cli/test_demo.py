import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, start
from workbench.apps.cli.demo import Lines
from workbench.apps.demo import Step

ARGUMENTS = ["--seed", "3", "--mails", "1000", "--days", "1"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "w"
    child = start(home, ["demo", "build", *ARGUMENTS], stdout=subprocess.PIPE)
    _, said = child.communicate(timeout=240)
    assert child.returncode == 0, said
    assert b"What was planted is in" in said
    assert b"mails/s" in said
    return home


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
    assert "Make one: workbench demo build" in said.err


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


def test_progress_is_a_line_every_ten_seconds_with_rate_and_what_is_left() -> None:
    told: list[str] = []
    now = iter([0.0, 5.0, 10.0, 12.0])
    lines = Lines(told.append, clock=lambda: next(now))
    for mails in (100, 500, 600):
        lines(Step(mails, 1_000, mails * 4))
    assert told == ["500 of 1,000 mails (50 mails/s), about 10 s left"]
