import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.operations.runs.conftest import HOSTILE, Write, code, none_left, text_of
from workbench.base.config import Workspace
from workbench.base.errors import BadParameter, PlaybookFailed
from workbench.operations.runs import Nursery, Patience, Progress, Run, playbook, run_playbook, sweep

pytestmark = pytest.mark.notebook

HAND_OVER = """
class Handed:
    def _repr_mimebundle_(self, **_):
        return {"application/vnd.workbench.findings+json": {"seen": value}, "text/plain": "seen: " + ascii(value)}

Handed()
"""
Running = Callable[..., Run]
Failing = Callable[..., PlaybookFailed]


@pytest.fixture
def run(workspace: Workspace, nursery: Nursery) -> Running:
    """Runs the playbook "small"."""
    return lambda **values: run_playbook(workspace, playbook("small", workspace), values, nursery=nursery)


@pytest.fixture
def failed(workspace: Workspace, nursery: Nursery) -> Failing:
    """How the playbook "small" fails; its kernel is gone and its executed copy there."""

    def fail(patience: Patience | None = None) -> PlaybookFailed:
        with pytest.raises(PlaybookFailed) as caught:
            run_playbook(workspace, playbook("small", workspace), {}, patience=patience, nursery=nursery)
        assert none_left()
        assert Path(caught.value.executed).exists()
        return caught.value

    return fail


def test_a_run_keeps_its_executed_copy_with_its_hash_and_its_findings_beside_it(
    workspace: Workspace, write: Write, run: Running
) -> None:
    write(HAND_OVER, parameters='value: str = "nothing"')
    done = run(value="a mail")
    copy = (done.folder / "executed.ipynb").read_bytes()
    assert done.folder.parent == workspace.runs
    assert sha256(copy).hexdigest() == done.executed_sha256
    assert sha256(playbook("small", workspace).path.read_bytes()).hexdigest() == done.notebook_sha256
    assert done.findings == json.loads((done.folder / "findings.json").read_text()) == {"seen": "a mail"}
    kept = json.loads((done.folder / "run.json").read_text())
    assert (kept["parameters"], kept["failed"]) == ({"value": "a mail"}, "")
    assert kept["findings_sha256"] == sha256((done.folder / "findings.json").read_bytes()).hexdigest()
    assert sorted(path.name for path in done.folder.iterdir()) == ["executed.ipynb", "findings.json", "run.json"]


def test_the_executed_copy_begins_with_its_outcome(write: Write, run: Running) -> None:
    write(HAND_OVER, parameters='value: str = "nothing"')
    first = json.loads((run().folder / "executed.ipynb").read_text())["cells"][0]
    assert (first["cell_type"], first["source"]) == ("raw", "seen: 'nothing'")


def test_the_executed_copy_is_a_sound_notebook_that_nobody_trusts(write: Write, run: Running) -> None:
    write(HAND_OVER, parameters='value: str = "nothing"')
    executed = nbformat.read(run().folder / "executed.ipynb", as_version=4)
    nbformat.validate(executed)
    assert not any("trusted" in cell.metadata for cell in executed.cells)


def test_a_notebook_that_hands_over_nothing_has_no_findings(write: Write, run: Running) -> None:
    write("1")
    done = run()
    assert done.findings is None
    assert not (done.folder / "findings.json").exists()


def test_of_several_findings_the_last_count(write: Write, run: Running) -> None:
    write(HAND_OVER, "value = 'later'\nHanded()", parameters='value: str = "nothing"')
    assert run().findings == {"seen": "later"}


def test_progress_tells_every_cell_under_its_heading(workspace: Workspace, write: Write, nursery: Nursery) -> None:
    write("1", "2")
    told: list[Progress] = []
    done = run_playbook(workspace, playbook("small", workspace), {}, told.append, nursery=nursery)
    kept = json.loads((done.folder / "run.json").read_text())["cells"]
    assert [each.cell for each in told] == [1, 2, 3] == list(range(1, len(kept) + 1)), "code cells, as its end counts"
    assert {each.cells for each in told} == {3}
    assert [each.heading for each in told][-2:] == ["Step 1", "Step 2"]


def test_what_does_not_fit_starts_nothing(workspace: Workspace, write: Write, run: Running) -> None:
    write("1", parameters="most: int = 5")
    with pytest.raises(BadParameter):
        run(most="many")
    assert not workspace.runs.exists()


def test_hostile_values_are_data_and_never_code(write: Write, run: Running) -> None:
    write(HAND_OVER, parameters="value: list[str] = []")
    assert run(value=list(HOSTILE)).findings == {"seen": list(HOSTILE)}


def test_types_of_every_kind_work_in_the_kernel_and_in_the_executed_copy(write: Write, run: Running) -> None:
    cell = (
        "from typing import Literal, Optional, Union\nimport typing\nlevel: Literal['low', 'high'] = 'low'\nsince: Optional[int] = None\n"
        "people: Union[None, list[str]] = None\nranks: list[Literal[1, 2]] = [1]\nmood: typing.Literal['a'] | None = 'a'\nshare: 'float' = 1\n"
        "old = 3  # type: int\nmust: int\nloud: bool = False"
    )
    write(
        "value = [level, since, people, ranks, mood, share, old, must, loud]" + HAND_OVER,
        parameters=cell,
    )
    given = {
        "level": "high",
        "since": "5",
        "people": "a, b",
        "ranks": "2",
        "mood": "",
        "share": "0.5",
        "old": str(2**63 - 1),
        "must": "-1",
        "loud": "true",
    }
    assert run(**given).findings == {"seen": ["high", 5, ["a", "b"], [2], None, 0.5, 2**63 - 1, -1, True]}
    assert run(must=1).findings == {"seen": ["low", None, None, [1], "a", 1, 3, 1, False]}


def test_parameters_that_an_earlier_run_left_in_the_notebook_are_not_those_of_this_one(
    workspace: Workspace, write: Write, run: Running
) -> None:
    write(HAND_OVER, parameters='value: str = "own"')
    path = playbook("small", workspace).path
    whole = json.loads(path.read_text())
    whole["cells"].insert(2, code("value = 'of an earlier run'", "injected-parameters"))
    path.write_text(json.dumps(whole))
    assert run().findings == {"seen": "own"}


@pytest.mark.parametrize("value", [HOSTILE[0], "long " * 100_000], ids=["quotes", "long"])
def test_one_hostile_value_is_handed_through_unchanged(write: Write, run: Running, value: str) -> None:
    write(HAND_OVER, parameters='value: str = "nothing"')
    assert run(value=value).findings == {"seen": value}


def test_a_home_with_braces_and_spaces_is_no_template(
    tmp_path: Path, write: Write, workspace: Workspace, nursery: Nursery
) -> None:
    write("1")
    odd = Workspace(tmp_path / "a {home} of {0}")
    odd.home.mkdir()
    (odd.home / "workbench.toml").touch()
    workspace.notebooks.rename(odd.notebooks)
    done = run_playbook(odd, playbook("small", odd), {}, nursery=nursery)
    assert done.folder.is_relative_to(odd.home)


def test_the_kernel_is_given_the_workspace_and_no_secret(
    workspace: Workspace, write: Write, run: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_TOKEN", "hidden-from-kernels")
    write("import os\nprint(os.environ['WORKBENCH_HOME'][::-1])\nprint(sorted(os.environ))")
    shown = text_of(run().folder)
    assert str(workspace.home)[::-1] in shown
    assert "SOME_API_TOKEN" not in shown


def test_a_kernel_listens_on_no_port_and_its_sockets_are_its_users_alone(write: Write, run: Running) -> None:
    write(
        "import json, os, sys\n"
        "from ipykernel.kernelapp import IPKernelApp\n"
        "app = IPKernelApp.instance()\n"
        "folder = os.path.dirname(app.abs_connection_file)\n"
        "print(app.transport, oct(os.stat(folder).st_mode & 0o777), folder, sep='|')"
    )
    transport, mode, folder = text_of(run().folder).strip().split("|")
    assert (transport, mode) == ("ipc", oct(stat.S_IRWXU))
    assert not Path(folder).exists()


def test_no_markup_script_widget_or_escape_sequence_survives(write: Write, run: Running) -> None:
    write(
        "class Rich:\n"
        "    def _repr_mimebundle_(self, **_):\n"
        "        kinds = ('text/html', 'application/javascript', 'image/svg+xml', 'text/markdown', 'text/latex',\n"
        "                 'application/vnd.jupyter.widget-view+json', 'application/vnd.vega.v5+json')\n"
        "        return dict.fromkeys(kinds, '<script>alert(1)</script>') | {'text/plain': 'plain\\x1b[31m\\u202e'}\n"
        "Rich()",
        "from IPython.display import HTML, display\n"
        "display(HTML('<b>x</b>'), metadata={'isolated': True})\n"
        "print('\\x1b]0;title\\x07 said https://evil.example/ www.evil.example')",
    )
    folder = run().folder
    executed = json.loads((folder / "executed.ipynb").read_text())
    kinds = {mime for cell in executed["cells"] for out in cell.get("outputs", ()) for mime in out.get("data", {})}
    assert kinds == {"text/plain"}
    assert "plain⟦U+202E⟧" in text_of(folder)
    assert "said hxxps://evil.example/ www[.]evil.example" in text_of(folder)
    assert "\x1b" not in text_of(folder)
    assert "widgets" not in executed["metadata"]
    assert not any(out.get("metadata") for cell in executed["cells"] for out in cell.get("outputs", ()))


def test_the_copy_names_no_path_of_this_machine(workspace: Workspace, write: Write, run: Running) -> None:
    write("1")
    folder = run().folder
    for name in ("executed.ipynb", "run.json"):
        assert str(workspace.home) not in (folder / name).read_text()


def test_a_failure_names_step_and_reason_and_keeps_what_was_done(
    workspace: Workspace, write: Write, failed: Failing
) -> None:
    write("print('done before')", "{}['missing']", "print('never')")
    error = failed()
    assert error.step == "Step 2"
    assert "KeyError: 'missing'" in str(error)
    folder = Path(error.executed).parent
    assert "done before" in text_of(folder)
    assert "never" not in text_of(folder)
    kept = json.loads((folder / "run.json").read_text())
    assert "KeyError" in kept["failed"]
    assert str(workspace.home) not in (folder / "run.json").read_text()
    assert [cell["cell_type"] for cell in json.loads((folder / "executed.ipynb").read_text())["cells"]][:2] == [
        "raw", "markdown",
    ]  # fmt: skip
    assert "<span" not in (folder / "executed.ipynb").read_text()


def test_findings_of_a_run_that_failed_later_are_kept(write: Write, failed: Failing) -> None:
    write(HAND_OVER, "1 / 0", parameters='value: str = "early"')
    folder = Path(failed().executed).parent
    assert json.loads((folder / "findings.json").read_text()) == {"seen": "early"}


def test_an_error_text_with_escape_sequences_is_shown_harmless(write: Write, failed: Failing) -> None:
    write(r"raise ValueError('\x1b]0;owned\x07\u202e<script>')")
    folder = Path(failed().executed).parent
    assert "\\u001b" not in (folder / "executed.ipynb").read_text()
    assert "\u202e" not in (folder / "executed.ipynb").read_text()


def test_a_cell_that_takes_too_long_is_ended(write: Write, failed: Failing) -> None:
    write("print('before')", "while True: pass")
    began = time.monotonic()
    error = failed(Patience(cell=1))
    assert "a cell took more than 1 seconds" in str(error)
    assert error.step == "Step 2"
    assert time.monotonic() - began < 60


def test_a_run_that_takes_too_long_is_ended_though_no_cell_does(write: Write, failed: Failing) -> None:
    write(*["import time\ntime.sleep(0.3)"] * 30)
    error = failed(Patience(run=1.5))
    assert "the run took more than 1.5 seconds" in str(error)
    assert error.step.startswith("Step ")


def test_a_run_that_is_ended_before_its_kernel_is_there_begins_no_cell(write: Write, failed: Failing) -> None:
    write("open('begun', 'w')")
    error = failed(Patience(run=0))
    assert "the run took more than 0 seconds" in str(error)
    assert not Path("begun").exists()


def test_a_kernel_that_dies_is_a_failure_of_its_step(write: Write, failed: Failing) -> None:
    write("print('before')", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    error = failed()
    assert "its kernel was lost" in str(error)
    assert error.step == "Step 2"


def test_no_kernel_is_left_after_success(write: Write, run: Running) -> None:
    write("import os\nprint(os.getpid())")
    pid = int(text_of(run().folder))
    assert none_left()
    assert not psutil.pid_exists(pid)


def test_two_runs_at_once_do_not_clash(workspace: Workspace, write: Write, run: Running) -> None:
    write(HAND_OVER + "\nimport time\ntime.sleep(0.5)\nHanded()", parameters='value: str = "nothing"')
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda value: run(value=value), ["one", "two"]))
    assert [each.findings for each in runs] == [{"seen": "one"}, {"seen": "two"}]
    assert runs[0].folder != runs[1].folder


SCRIPT = """
import sys
from pathlib import Path
from workbench.base.config import Workspace
from workbench.operations.runs import playbook, run_playbook

workspace = Workspace(Path(sys.argv[1]))
run_playbook(workspace, playbook("small", workspace), {}, lambda each: print(each.heading, flush=True))
"""


@pytest.mark.parametrize(
    "way", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)], ids=["ctrl-c", "kill"]
)
def test_a_run_that_is_interrupted_leaves_no_kernel(workspace: Workspace, write: Write, way: signal.Signals) -> None:
    write("1", "while True: pass")
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(workspace.home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=workspace.home, start_new_session=True,
    ) as caller:  # fmt: skip
        for line in caller.stdout:
            if line.strip() == "Step 2":
                break
        (record,) = (workspace.runs / ".kernels").glob("*.json")
        kernel = psutil.Process(json.loads(record.read_text())["kernel"]["pid"])
        os.kill(caller.pid, way)
        caller.wait(30)
        kernel.wait(30)
        errors = caller.stderr.read()
    if way is signal.SIGKILL:
        assert sweep(workspace).kernels == 1
    if way is signal.SIGINT:
        (copy,) = workspace.runs.glob("*/executed.ipynb")
        assert "KeyboardInterrupt" in errors
        assert "stopped by Ctrl-C" in copy.read_text()
        assert "stopped by Ctrl-C" in (copy.parent / "run.json").read_text()
