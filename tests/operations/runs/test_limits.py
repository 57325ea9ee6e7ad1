"""Row 22 of the list of bad inputs, each with a real kernel: whatever a notebook does ends its own run only."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from tests.operations.runs.conftest import Write, none_left, until
from workbench.base.config import Workspace
from workbench.operations.runs import (
    Job,
    Kernel,
    Nursery,
    Outcome,
    Progress,
    execute,
    outline,
    output,
    page,
    playbook,
    processes,
)
from workbench.operations.runs.fence import FILES, NETWORK

pytestmark = pytest.mark.notebook

Made = Callable[..., Outcome]


@pytest.fixture
def kernel(workspace: Workspace, nursery: Nursery) -> Iterator[Kernel]:
    """A kernel of the workspace; nothing of it is left afterwards."""
    born = nursery.start(workspace)
    yield born
    born.discard()
    assert none_left()
    assert not born.folder.exists()
    assert not list((workspace.runs / ".kernels").iterdir())


@pytest.fixture
def made(workspace: Workspace, kernel: Kernel) -> Made:
    """What becomes of the playbook "small" with these limits."""

    def make(parameters: dict[str, object] | None = None, tell: Any = lambda _: None, **limits: Any) -> Outcome:
        return execute(Job("r1", playbook("small", workspace), parameters or {}, **limits), kernel, tell)

    return make


def text(workspace: Workspace, outcome: Outcome) -> str:
    """Everything that is kept of a run."""
    return "".join(path.read_text("utf-8") for path in (workspace.runs / outcome.run_id).iterdir())


def barred(kernel: Kernel, barrier: str) -> None:
    if barrier not in kernel.barriers:
        pytest.skip("this machine lets no user make namespaces")


def test_a_run_that_succeeds_tells_all_that_a_queue_and_a_page_need(
    workspace: Workspace, write: Write, made: Made
) -> None:
    write("print('one')", "2", parameters="days: int = 7")
    done = made({"days": "3"})
    assert (done.run_id, done.state, done.cause, done.next_step, done.step) == ("r1", "succeeded", "", "", "")
    assert done.notebook == playbook("small", workspace).digest
    copy = json.loads(output(workspace.runs, done.executed))
    assert [copy["cells"][each.number]["source"] for each in done.cells][-2:] == ["print('one')", "2"]
    assert [(each.state, each.heading) for each in done.cells][-2:] == [
        ("completed", "Step 1"),
        ("completed", "Step 2"),
    ]
    assert all(0 <= each.seconds < 30 for each in done.cells)
    kept = json.loads((workspace.runs / "r1" / "run.json").read_text())
    assert (kept["state"], len(kept["cells"])) == ("succeeded", len(done.cells))
    assert '<pre class="wb-output">one\n</pre>' in page(outline(copy))


def test_an_endless_loop_is_ended_by_the_deadline_from_the_start(write: Write, made: Made) -> None:
    write("print('before')", "while True: pass", "print('never')")
    done = made(seconds=1.5)
    assert (done.state, done.step, done.cause) == ("timed_out", "Step 2", "the run took more than 1.5 seconds")
    assert done.next_step
    assert [each.state for each in done.cells][-3:] == ["completed", "failed", "pending"]


def test_an_endless_loop_is_ended_by_the_deadline_from_when_it_was_asked_for(write: Write, made: Made) -> None:
    write("while True: pass")
    done = made(deadline=datetime.now(UTC) + timedelta(seconds=1.5))
    assert done.state == "timed_out"
    assert done.cause.startswith("it was not done by 20")


def test_a_run_whose_deadline_has_passed_begins_no_cell(write: Write, made: Made) -> None:
    write("1")
    done = made(deadline=datetime.now(UTC) - timedelta(seconds=1))
    assert (done.state, {each.state for each in done.cells}) == ("timed_out", {"pending"})


def test_a_cell_that_takes_too_long_is_ended_and_later_cells_stay_pending(write: Write, made: Made) -> None:
    write("while True: pass", "1")
    done = made(cell_seconds=1)
    assert (done.state, done.cause) == ("timed_out", "a cell took more than 1 seconds")
    assert [each.state for each in done.cells][-2:] == ["failed", "pending"]


def test_an_allocation_of_10_gigabytes_ends_only_its_run(write: Write, made: Made) -> None:
    write("x = bytearray(10 * 1024**3)")
    done = made(memory=1024**3)
    assert (done.state, done.cause, done.step) == ("failed", "it needed more than its 1 GiB of memory", "Step 1")
    assert "memory" in done.next_step


def test_memory_that_grows_bit_by_bit_is_watched_over_all_that_the_notebook_began(write: Write, made: Made) -> None:
    grow = "x = [bytearray(10_000_000) for _ in range(200) if not __import__('time').sleep(0.02)]"
    write(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {grow!r}])")
    done = made(memory=300 * 1024**2, seconds=100)
    assert (done.state, done.cause) == ("failed", "it needed more than its 0.293 GiB of memory")


@pytest.mark.parametrize(
    "code",
    [
        "from pathlib import Path\nfrom workbench.base.config import find_workspace\nfrom workbench.events.store import Store\n"
        "with Store(find_workspace().store).lease('EmailEvents'): pass",
        "import os, workbench as wb\nfrom datetime import UTC, datetime\nfrom workbench.events.store.write import Batch\n"
        "import polars as pl\nrow = {'Timestamp': [datetime.now(UTC)], 'NetworkMessageId': ['x']}\n"
        "wb.open().store.write('EmailEvents', pl.DataFrame(row), Batch('b', 's'))",
    ],
    ids=["lease", "write"],
)
def test_the_store_is_read_only_for_a_notebook(workspace: Workspace, write: Write, made: Made, code: str) -> None:
    write(code)
    done = made()
    assert done.state == "failed"
    assert "The store is open for reading only" in done.cause
    assert done.next_step.startswith("Playbooks only read.")
    assert not workspace.store.exists()


def test_the_files_of_the_workspace_are_read_only_whatever_the_notebook_undoes(
    workspace: Workspace, write: Write, made: Made, kernel: Kernel
) -> None:
    barred(kernel, FILES)
    write(
        "import os, ctypes\nhome = os.environ['WORKBENCH_HOME']\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "again = libc.unshare(0x10000000 | 0x00020000)\n"
        "undone = libc.mount(None, b'/', None, 32 | 4096, None)\n"
        "print('undone', undone, libc.umount2(home.encode(), 0))\n"
        "open('scratch', 'w').close()\nos.environ.pop('WORKBENCH_READ_ONLY')\nopen(home + '/forged', 'w')"
    )
    done = made()
    assert "Read-only file system" in done.cause
    assert "$WORKBENCH_HOME/forged" in done.cause
    assert "undone -1 -1" in text(workspace, done)
    assert not (workspace.home / "forged").exists()


def test_what_is_hidden_cannot_be_read(workspace: Workspace, write: Write, nursery: Nursery) -> None:
    keys = workspace.home / "keys"
    keys.mkdir()
    (keys / "audit").write_text("the key")
    (workspace.home / "ledger.db").write_text("the ledger")
    (workspace.home / "other").write_text("another secret")
    write(
        "import os\nos.chdir(os.environ['WORKBENCH_HOME'])\nprint(os.listdir('keys'), [open(name).read() for name in ('ledger.db', 'other')])"
    )
    kernel = nursery.start(workspace, hidden=[workspace.home / "other", workspace.home / "absent"])
    try:
        barred(kernel, FILES)
        done = execute(Job("r1", playbook("small", workspace), {}), kernel)
    finally:
        kernel.discard()
    assert "[] ['', '']" in text(workspace, done)
    assert (keys / "audit").read_text() == "the key"


@pytest.mark.parametrize("address", ["('127.0.0.1', 80)", "('192.0.2.1', 443)"])
def test_a_network_call_fails_and_the_advice_says_why(write: Write, made: Made, kernel: Kernel, address: str) -> None:
    barred(kernel, NETWORK)
    write(f"import socket\nsocket.create_connection({address}, 5)")
    done = made()
    assert (done.state, "unreachable" in done.cause) == ("failed", True)
    assert done.next_step.startswith("Playbooks have no network.")


def test_hostile_html_is_kept_and_drawn_as_text(workspace: Workspace, write: Write, made: Made) -> None:
    write(
        "from IPython.display import HTML, Javascript, display\nhostile = '<script>alert(1)</script><img src=x onerror=alert(1)>'\n"
        "display(HTML(hostile), Javascript('alert(1)'))\nprint(hostile)\n"
        "display({'application/vnd.workbench.table+json': {'columns': [hostile], 'rows': [[hostile]], 'total': 1}}, raw=True)"
    )
    done = made()
    drawn = page(outline(json.loads(output(workspace.runs, done.executed))))
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert drawn.count("&lt;script&gt;") >= 3
    assert "<th>" in drawn


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({}, "The parameter message must be given"),
        ({"message": "x", "days": "seven"}, "The parameter days is no whole number"),
        ({"message": "x", "dyas": 7}, "There is no parameter named 'dyas'"),
    ],
)
def test_missing_and_wrong_parameters_fail_before_any_cell_is_begun(
    workspace: Workspace, write: Write, made: Made, given: dict[str, object], cause: str
) -> None:
    write("open('begun', 'w')", parameters="message: str = None\ndays: int = 7")
    done = made(given)
    assert done.state == "failed"
    assert done.cause.startswith(cause)
    assert done.next_step
    assert {each.state for each in done.cells} == {"pending"}
    assert json.loads((workspace.runs / "r1" / "run.json").read_text())["failed"] == done.cause


def test_output_without_end_ends_its_run_and_not_the_memory_of_whoever_listens(write: Write, made: Made) -> None:
    write("while True: print('x' * 1_000_000)")
    before = processes.memory(os.getpid())
    done = made(seconds=100, memory=512 * 1024**2)
    unread = "it needed more than its 0.5 GiB of memory"
    assert done.state == "failed"
    assert done.cause in ("its cells put out more than 32 MiB", unread)
    assert processes.memory(os.getpid()) - before < 512 * 1024**2


@pytest.mark.slow
def test_one_output_that_is_too_large_is_not_even_taken_in(write: Write, made: Made) -> None:
    write("print('x' * 100_000_000)")
    before = processes.memory(os.getpid())
    done = made()
    assert (done.state, done.cause) == ("failed", "an output was larger than 16 MiB, or was lost")
    assert processes.memory(os.getpid()) - before < 512 * 1024**2


def test_a_kernel_that_leaves_by_itself_is_a_failure_of_its_run(write: Write, made: Made) -> None:
    write("import os\nos._exit(0)")
    done = made()
    assert (done.state, done.step) == ("failed", "Step 1")
    assert done.cause.startswith("its kernel was lost")


def test_what_a_notebook_began_in_a_session_of_its_own_is_ended_with_it(
    workspace: Workspace, write: Write, nursery: Nursery
) -> None:
    write("import subprocess\nprint(subprocess.Popen(['sleep', '62'], start_new_session=True).pid)")
    kernel = nursery.start(workspace)
    assert execute(Job("r1", playbook("small", workspace), {}), kernel).state == "succeeded"
    assert processes.marked(f"WORKBENCH_KERNEL={kernel.id}")
    kernel.discard()
    time.sleep(0.2)
    assert not processes.marked(f"WORKBENCH_KERNEL={kernel.id}")


def test_a_run_is_cancelled_from_another_thread_and_beats_until_then(
    write: Write, made: Made, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("workbench.operations.runs.execute"), "BEAT_SECONDS", 0.3)
    write("while True: pass")
    told: list[Progress] = []
    threading.Timer(2, kernel.end, ["cancelled by ingrid"]).start()
    done = made(tell=told.append)
    assert (done.state, done.cause, done.step) == ("cancelled", "cancelled by ingrid", "Step 1")
    beats = [each.seconds for each in told if each.heading == "Step 1" and each.seconds]
    assert len(beats) >= 3
    assert beats == sorted(beats)


def test_whoever_is_told_may_stop_the_run_by_raising(
    workspace: Workspace, write: Write, made: Made, kernel: Kernel
) -> None:
    def refuse(_: Progress) -> None:
        raise ValueError("this worker was fenced")

    write("while True: pass")
    with pytest.raises(ValueError, match="fenced"):
        made(tell=refuse)
    until(lambda: not kernel.alive, 10)
    assert json.loads((workspace.runs / "r1" / "run.json").read_text())["state"] == "cancelled"


def test_known_secrets_and_tokens_are_kept_nowhere(workspace: Workspace, write: Write, made: Made) -> None:
    secret, token = "hunter2-hunter2", "ghp_" + "a1B2" * 10
    write(
        f"import base64\nsecret = {secret!r}\nprint(secret, base64.b64encode(secret.encode()).decode(), {token!r})",
        "print('hunter2-\\x1b[0mhunter2')",
        "class Handed:\n    def _repr_mimebundle_(self, **_):\n"
        "        return {'application/vnd.workbench.findings+json': {secret: [secret]}, 'text/plain': secret}\nHanded()",
        "raise ValueError(secret)",
        parameters='word: str = ""',
    )
    done = made({"word": secret}, secrets=(secret,))
    assert secret not in done.cause
    kept = text(workspace, done)
    assert secret not in kept
    assert "aHVudGVyMi1odW50ZXIy" not in kept
    assert "ghp_" not in kept
    assert kept.count("⟦secret⟧") > 8


def test_outputs_are_immutable_and_a_run_made_again_gives_the_same_names_to_what_is_the_same(
    workspace: Workspace, write: Write, nursery: Nursery
) -> None:
    write(
        "class Handed:\n    def _repr_mimebundle_(self, **_):\n        return {'application/vnd.workbench.findings+json': {'a': 1}}\nHanded()"
    )
    job = Job("r1", playbook("small", workspace), {})
    outcomes = []
    for _ in range(2):
        kernel = nursery.start(workspace)
        outcomes.append(execute(job, kernel))
        kernel.discard()
    first, second = outcomes
    assert first.findings == second.findings
    assert json.loads(output(workspace.runs, first.findings)) == {"a": 1}
    assert output(workspace.runs, first.executed)
    assert output(workspace.runs, second.executed)
    assert [path.stat().st_mode & 0o222 for path in (workspace.runs / "objects").iterdir()] == [0, 0, 0]
    assert not list(workspace.runs.rglob(".part-*"))


def test_an_id_that_is_no_name_of_a_folder_starts_nothing(workspace: Workspace, write: Write, kernel: Kernel) -> None:
    write("1")
    for identity in ("", "../x", "a/b", ".hidden", "objects", "x" * 121, "a\n"):
        with pytest.raises(ValueError, match="no id of a run"):
            execute(Job(identity, playbook("small", workspace), {}), kernel)


def test_a_kernel_sees_frames_as_rows_and_knows_no_history_of_its_user(
    workspace: Workspace, write: Write, made: Made
) -> None:
    write(
        "import os, polars as pl\nfrom pathlib import Path\nprint(Path(os.environ['IPYTHONDIR']).parent == Path.cwd().parent)\npl.DataFrame({'a': [1]})"
    )
    copy = json.loads(output(workspace.runs, made().executed))
    (said, shown) = copy["cells"][-1]["outputs"]
    assert said["text"] == "True\n"
    assert shown["data"]["application/vnd.workbench.table+json"] == {"columns": ["a"], "rows": [["1"]], "total": 1}
    assert "| 1" in shown["data"]["text/plain"]


def test_temporary_files_and_questions_in_children_work_in_a_kernel(
    northgate: Workspace, write: Write, workspace: Workspace, nursery: Nursery
) -> None:
    write(
        "import tempfile\nwith tempfile.NamedTemporaryFile() as file: print(file.name)",
        "import workbench as wb\nfrom workbench.events.query import Limits\n"
        "wb.open().kql('EmailEvents | count', limits=Limits(memory_mb=2_000)).frame.item()",
    )
    shutil.copytree(northgate.store, workspace.store)
    kernel = nursery.start(workspace)
    try:
        done = execute(Job("r1", playbook("small", workspace), {}), kernel)
    finally:
        kernel.discard()
    assert (done.state, done.cause) == ("succeeded", "")
    assert "$SCRATCH/work/tmp" in text(workspace, done)
