"""``runs`` and ``playbook run`` against a real service."""

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, Said, Up, start
from tests.apps.service.playbooks import wait
from workbench.apps.cli.runs import findings_lines
from workbench.ledger.api import RunNew
from workbench.ledger.client import TOKEN_VARIABLE, Client, connect


@pytest.fixture
def asked(up: Up, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A command that asks the service."""
    monkeypatch.setenv(TOKEN_VARIABLE, up.token)

    def run(*words: str) -> Said:
        return cli(*words, home=up.workspace.home)

    return run


@pytest.fixture
def client(up: Up) -> Client:
    with connect(up.workspace, up.token) as opened:
        yield opened


def test_a_playbook_is_run_by_the_service_and_its_way_is_told(asked: Cli, client: Client) -> None:
    said = asked("playbook", "run", "small", "-p", "n=21", "--format", "json")
    assert said.status == 0, said.err
    done = json.loads(said.out)
    assert (done["state"], done["parameters"], done["requested_by"]) == ("succeeded", {"n": 21}, "cli")
    assert "is in the queue of http://127.0.0.1" in said.err
    assert client.run(done["id"]).executed_digest == done["executed_digest"]
    shown = asked("runs", "show", done["id"])
    assert f"Run {done['id']} of small: succeeded" in shown.err
    assert "  n: 21\n" in shown.err
    assert re.search(r"\nAsked for  \d{4}-\d\d-\d\d \d\d:\d\d UTC by cli\nBegun  .* UTC\nOver  .* UTC\n", shown.err)
    listed = asked("runs", "list", "--playbook", "small", "--state", "succeeded", "--format", "json")
    assert done["id"] in {each["id"] for each in json.loads(listed.out)}


def test_a_run_that_fails_says_why_and_ends_so(asked: Cli) -> None:
    said = asked("playbook", "run", "bad")
    assert said.status == 1
    assert "ended: failed: ZeroDivisionError" in said.err
    assert said.err.count("ZeroDivisionError") == 1, "it is said once"
    assert ".." not in said.err
    assert "0/0" not in said.err
    assert "bad" in asked("runs", "list", "--state", "failed").out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("playbook", "run", "smal"), 2, "Did you mean small?"),
        (("playbook", "run", "small", "-p", "m=1"), 2, "There is no parameter named 'm'"),
        (("playbook", "run", "small", "-p", "n=x"), 2, "The parameter n"),
        (("playbook", "run", "small", "-p", "n"), 2, "'n' is not NAME=VALUE"),
        (("runs", "show", "nothing"), 1, "There is no run with this id"),
        (("runs", "cancel", "nothing"), 1, "There is no run with this id"),
        (("runs", "list", "--state", "lost"), 2, "'lost' is not one of 'queued', 'running'"),
    ],
)
def test_what_cannot_be_is_said_with_the_nearest(words: tuple[str, ...], status: int, said: str, asked: Cli) -> None:
    told = asked(*words)
    assert said in told.err
    assert (told.status, told.out) == (status, "")


def test_a_run_is_cancelled_once(asked: Cli, client: Client) -> None:
    id_ = client.start_run(RunNew(playbook="slow")).id
    said = asked("runs", "cancel", id_)
    assert (said.status, said.err) == (0, f"Run {id_} is cancelled.\n")
    again = asked("runs", "cancel", id_)
    assert again.status != 0
    assert "The run is over already: cancelled" in again.err


def test_who_is_not_logged_in_hears_both_ways_on(
    up: Up, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    said = cli("playbook", "run", "small", home=up.workspace.home)
    assert (said.status, said.out) == (1, "")
    assert f"workbench --home {up.workspace.home} login" in said.err
    assert "--foreground" in said.err


def test_findings_of_another_form_are_shown_as_they_stand() -> None:
    assert findings_lines({"hosts": ["a"], "\x1b[1m": 1})[:2] == ["{", ' "hosts": [']
    assert findings_lines(None) == []


def test_a_stranger_is_sent_to_log_in(up: Up, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "nonsense")
    said = cli("runs", "list", home=up.workspace.home)
    assert said.status != 0
    assert "What was sent is no good: a token nobody knows" in said.err
    assert f"log in: workbench --home {up.workspace.home} login" in said.err


@pytest.mark.parametrize(("answer", "state"), [(b"y\n", "cancelled"), (b"", "running")])
def test_ctrl_c_asks_whether_the_run_goes_on(answer: bytes, state: str, up: Up, client: Client) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    child = start(up.workspace.home, ("playbook", "run", "slow"), token=up.token, **pipes)
    found: list[str] = []
    wait(lambda: found.extend(each.id for each in client.runs(playbook="slow", state="running").items) or found)
    wait(lambda: child.stderr.readline().endswith(b"Playbook slow\n") or child.poll() is not None)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(answer, timeout=60)
    assert (child.returncode, out.strip()) == (130, b"")
    assert b"Cancel the run?" in err
    assert client.run(found[0]).state.value == state
    if state == "running":
        assert f"workbench runs show {found[0]}".encode() in err
        client.cancel_run(found[0])


def test_in_the_foreground_the_service_hears_nothing_of_it(asked: Cli, client: Client) -> None:
    before = client.runs(limit=1).total
    said = asked("playbook", "run", "small", "--foreground")
    assert said.status == 0, said.err
    assert "Executed copy " in said.err
    assert client.runs(limit=1).total == before


def test_a_worker_beside_the_service_needs_a_ledger_on_a_server(asked: Cli) -> None:
    said = asked("worker")
    assert said.status == 2
    assert "needs a ledger on a PostgreSQL server" in said.err
