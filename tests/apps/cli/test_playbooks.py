import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli
from tests.apps.service.conftest import workspace_at
from tests.apps.service.playbooks import write
from workbench.base.config import Workspace
from workbench.ledger.changes import open_ledger
from workbench.ledger.models import Run

PHISH = "e50d1c32-61d5-490d-38ef-08df13c5e0bf"


@pytest.fixture
def home(northgate: Workspace, tmp_path: Path) -> Path:
    """A workspace of one's own, since a run leaves its copy there."""
    return Path(shutil.copytree(northgate.home, tmp_path / "w"))


def test_playbooks_are_listed_with_typed_parameters(cli: Cli) -> None:
    row, other = json.loads(cli("playbook", "list", "--format", "json").out)
    assert (other["playbook"], [each["name"] for each in other["parameters"]]) == (
        "tracked_query",
        ["name", "kql", "span"],
    )
    assert (row["playbook"], row["title"]) == ("phish_triage", "Triage of one suspected phish")
    assert [each["name"] for each in row["parameters"]] == ["message", "span"]
    assert all(each["type"].startswith("Annotated[str, ") for each in row["parameters"])
    assert all(each["help"] for each in row["parameters"])
    assert "message: str, span: str" in cli("playbook", "list").out


@pytest.mark.notebook
def test_a_run_tells_how_far_it_is_and_ends_in_verdict_reasons_and_what_is_missing(home: Path, cli: Cli) -> None:
    said = cli("playbook", "run", "phish_triage", "-p", f"message={PHISH}", home=home)
    assert said.status == 0, said.err
    assert re.match(r"malicious \(.*evaluated\)\n", said.out)
    assert re.search(r"^ +\+\d* +\S", said.out, re.MULTILINE)
    assert re.search(r"^Not evaluated:\n  \? \S", said.out, re.MULTILINE)
    lines = said.err.splitlines()
    assert any(line.endswith(" Authentication") for line in lines)
    assert lines[-1].startswith("Executed copy ")
    assert "\n\n" not in said.err


@pytest.mark.notebook
def test_a_run_as_json_names_its_folder_with_copy_and_findings(home: Path, cli: Cli) -> None:
    said = cli("playbook", "run", "phish_triage", "--parameter", f"message={PHISH}", "--format", "json", home=home)
    done = json.loads(said.out)
    assert list(done) == ["id", "playbook", "folder", "findings"]
    folder = Path(done["folder"])
    assert json.loads((folder / "findings.json").read_text("utf-8")) == done["findings"]
    kept = json.loads((folder / "run.json").read_text("utf-8"))
    assert kept["executed_sha256"] == sha256((folder / "executed.ipynb").read_bytes()).hexdigest()
    assert kept["parameters"]["message"] == PHISH


@pytest.mark.notebook
def test_a_message_that_is_not_held_is_said_with_the_ids_that_would_do_and_the_kept_copy(home: Path, cli: Cli) -> None:
    said = cli("playbook", "run", "phish_triage", "-p", "message=nobody\x1b[2J", home=home)
    assert (said.status, said.out) == (1, "")
    error = said.err.splitlines()[-1]
    assert error.startswith("error: The playbook stopped: NotFound: No message with the id")
    assert "Give its network message id, its Internet message id" in error
    assert "\x1b" not in said.err
    (copy,) = home.glob("runs/*/executed.ipynb")
    assert str(copy) in error


@pytest.mark.notebook
def test_a_run_is_among_those_of_the_ledger_whatever_became_of_it(tmp_path: Path, typed: Cli) -> None:
    workspace = workspace_at(tmp_path / "home")
    write(workspace, "bad", "1 / 0", parameters="n: int = 1")
    open_ledger(workspace).close()
    said = typed("playbook", "run", "bad", "-p", "n=7", home=workspace.home)
    assert said.status == 1
    with open_ledger(workspace) as ledger:
        (run,) = ledger.find(Run)
    assert (run.state.value, run.playbook, run.parameters) == ("failed", "bad", {"n": 7})
    assert "ZeroDivisionError" in run.failure_cause
    assert (workspace.runs / run.trigger_ref / "executed.ipynb").is_file()


def test_an_unknown_playbook_meets_the_nearest(cli: Cli) -> None:
    said = cli("playbook", "run", "phis_triage")
    assert said.status == 2
    assert said.err == "error: There is no playbook named 'phis_triage'. Did you mean phish_triage?\n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("mesage=1", "There is no parameter named 'mesage' (phish_triage). Did you mean message?"),
        ("zzz=1", "Its parameters are message, span."),
        ("message", "'message' is not NAME=VALUE"),
        ("=x", "'' is not NAME=VALUE"),
        ("span=7d", "The parameter message must be given (phish_triage)."),
        (
            "message=",
            "The parameter message does not have the form that is asked for (phish_triage). It is of type str",
        ),
    ],
)
def test_a_bad_parameter_starts_nothing_and_meets_the_nearest(
    given: str, message: str, northgate: Workspace, cli: Cli
) -> None:
    before = sorted(northgate.runs.glob("*"))
    said = cli("playbook", "run", "phish_triage", "-p", given)
    assert said.status == 2
    assert message in said.err
    assert sorted(northgate.runs.glob("*")) == before
