import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.operations.runs.conftest import Write, code, none_left, prose
from tests.operations.runs.test_incoming import ANYTHING
from workbench.base.config import Workspace
from workbench.operations.runs import Job, Kernel, Nursery, Outcome, execute, outline, output, page, playbook, processes
from workbench.operations.runs.incoming import FINDINGS
from workbench.operations.runs.keep import MOST_LINES, bytes_of, cells_of, findings_of, plain, said, unplayed
from workbench.operations.runs.scrub import SECRET, scrub

SECRET_VALUE = "hunter2-hunter2"
HALF = len(SECRET_VALUE) // 2
CLEAN = scrub([SECRET_VALUE])


def copy_of(*outputs: dict[str, Any]) -> dict[str, Any]:
    """The kept copy of a notebook of one cell that put these out."""
    cell = {**code("1"), "outputs": list(outputs)}
    return plain({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "done", CLEAN)


def shown(*outputs: dict[str, Any]) -> list[dict[str, Any]]:
    return list(copy_of(*outputs)["cells"][1]["outputs"])


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def test_what_a_stream_was_parted_into_is_kept_as_one() -> None:
    assert shown(stream("a"), stream("b"), stream("c", "stderr"), stream("d")) == [
        stream("ab"),
        stream("c", "stderr"),
        stream("d"),
    ]


def test_a_secret_that_a_stream_parted_or_an_escape_sequence_hides_is_found() -> None:
    hidden = f"{SECRET_VALUE[:HALF]}\x1b[0m{SECRET_VALUE[HALF:]}"
    assert shown(stream(SECRET_VALUE[:HALF]), stream(SECRET_VALUE[HALF:])) == [stream(SECRET)]
    assert shown(stream(hidden)) == [stream(SECRET)]
    assert CLEAN.whole({"a": hidden}) == {"a": SECRET}
    assert said(hidden, CLEAN) == SECRET


def test_a_secret_where_a_line_is_cut_leaves_no_part_of_it() -> None:
    assert "hunter2" not in said("x" * 3_993 + SECRET_VALUE, CLEAN)


def test_a_secret_over_several_lines_of_a_trace_is_found() -> None:
    clean = scrub(["first line\nsecond line"])
    cell = {
        **code("1"),
        "outputs": [
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["a", "first line", "second line"]}
        ],
    }
    kept = plain({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "", clean)
    assert kept["cells"][1]["outputs"][0]["traceback"] == ["a", SECRET]


def test_lines_without_end_are_cut_and_the_cut_is_marked() -> None:
    began = time.process_time()
    kept = said("\n" * 30_000_000, CLEAN)
    assert kept.count("\n") == MOST_LINES
    assert kept.endswith(f"… and {30_000_001 - MOST_LINES:,} more lines")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("depth", [61, 200, 5_000])
def test_what_is_nested_deeply_is_cut(depth: int) -> None:
    nested: Any = "deep"
    for _ in range(depth):
        nested = [nested]
    kept = shown({"output_type": "display_data", "data": {FINDINGS: {"a": nested}}, "metadata": {}})
    assert "deep" not in json.dumps(kept)
    assert "…" in json.dumps(kept, ensure_ascii=False)


def test_outputs_that_the_author_left_in_a_notebook_are_of_no_run() -> None:
    stale = {
        **code("1"),
        "outputs": [{"output_type": "display_data", "data": {FINDINGS: {"verdict": "old"}}, "metadata": {}}],
    }
    stale |= {"execution_count": 7, "metadata": {"papermill": {"status": "completed", "duration": "x"}}}
    found = unplayed(
        json.dumps({"cells": [prose("# T"), stale], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    )
    assert findings_of(found) == (None, "")
    assert [each.state for each in cells_of(found)] == ["pending"]
    assert found["cells"][1]["execution_count"] is None


def test_what_a_kernel_says_of_itself_and_widgets_are_not_kept() -> None:
    hostile = {
        "widgets": {"x": 1},
        "language_info": {"name": "<script>", "more": ["x"] * 10},
        "title": f"by {SECRET_VALUE}",
    }
    kept = plain({"cells": [], "metadata": hostile, "nbformat": 4, "nbformat_minor": 5}, "", CLEAN)
    assert kept["metadata"] == {"language_info": {"name": "python"}, "title": f"by {SECRET}"}


OUTPUTS = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["stream", "display_data", "execute_result", "error"]),
        "name": st.sampled_from(["stdout", "stderr"]),
    },
    optional=dict.fromkeys(("text", "data", "ename", "evalue", "execution_count", "metadata"), ANYTHING)
    | {"traceback": st.lists(ANYTHING)},
)


@settings(deadline=None, max_examples=often(20))
@given(st.lists(OUTPUTS, max_size=2))
def test_whatever_was_put_out_the_copy_is_a_sound_notebook(outputs: list[dict[str, Any]]) -> None:
    kept = json.loads(bytes_of(copy_of(*outputs)))
    nbformat.validate(nbformat.from_dict(kept))
    page(outline(kept))


Made = Callable[..., Outcome]


@pytest.fixture
def made(workspace: Workspace, write: Write, nursery: Nursery) -> Iterator[Made]:
    """What becomes of a playbook of these cells; no kernel is left afterwards."""
    born: list[Kernel] = []

    def make(
        *codes: str, secrets: tuple[str, ...] = (), tell: Any = lambda _: None, seconds: float = 100, **more: str
    ) -> Outcome:
        write(*codes, **more)
        born.append(nursery.start(workspace))
        return execute(Job("r1", playbook("small", workspace), {}, secrets=secrets, seconds=seconds), born[-1], tell)

    yield make
    for kernel in born:
        kernel.discard()
    assert none_left()


FORGE = """
from IPython import get_ipython
kernel = get_ipython().kernel

def forge(kind, buffers=None, **content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell"), buffers=buffers)
"""


def copy(workspace: Workspace, outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output(workspace.runs, outcome.executed))
    nbformat.validate(nbformat.from_dict(found))
    return found


@pytest.mark.notebook
def test_messages_that_no_kernel_sends_are_kept_as_far_as_they_are_sound(workspace: Workspace, made: Made) -> None:
    done = made(
        FORGE,
        "forge('stream', name=5, text={'a': 1})\nforge('stream', name='<b>', text=['said'])\nforge('display_data', data={'text/plain': 5}, metadata=7)\n"
        "forge('display_data', data=None)\nforge('execute_result', data={'text/plain': 'x'}, execution_count='<script>')\n"
        "forge('<script>')\nforge('status')\nforge('update_display_data', data=[], transient={'display_id': []})\nforge('clear_output', wait='x')\n"
        "forge('display_data', data={'text/plain': ['first', 5]}, transient={'display_id': {'a': []}})",
        "forge('comm_open', comm_id='x', target_name='y', data={'state': {}, 'buffer_paths': [['a']]}, buffers=[b'x' * 5_000_000])\nprint('still')",
        "kernel.implementation = '<script>'\nkernel.language_info = {'name': '<script>', 'deep': [[[]]]}",
    )
    assert (done.state, done.cause) == ("succeeded", "")
    kept = copy(workspace, done)
    assert "<script" not in page(outline(kept))
    assert "still" in page(outline(kept))
    assert kept["metadata"]["language_info"] == {"name": "python"}


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("nested = 1\nfor _ in range(900): nested = [nested]\nforge('display_data', data={'application/vnd.workbench.findings+json': {'a': nested}})", ""),
        ("class Bad(Exception):\n    def _render_traceback_(self): return [5, None, 'line']\nraise Bad('x')", "the run took more than 2 seconds"),
        ("forge('display_data', data={'text/plain': 'a'}, transient={'display_id': 'one'})\n" * 200
         + "forge('update_display_data', data={'text/plain': 'x' * 1_000_000}, transient={'display_id': 'one'})", "its cells put out more than 32 MiB"),
    ],
    ids=["deep", "trace", "updates"],
)  # fmt: skip
def test_whatever_a_notebook_puts_out_its_run_comes_to_an_end_and_is_kept(
    workspace: Workspace, made: Made, code: str, cause: str
) -> None:
    done = made(FORGE, code, seconds=2 if "took" in cause else 100)
    assert done.cause.startswith(cause)
    assert done.state == "timed_out" if "took" in cause else done.state in ("succeeded", "failed")
    assert page(outline(copy(workspace, done)))
    assert (workspace.runs / "r1" / "run.json").stat().st_size < 20_000


@pytest.mark.notebook
@pytest.mark.slow
def test_a_flood_behind_a_message_that_nobody_can_read_does_not_fill_the_memory_of_its_reader(made: Made) -> None:
    import os

    before = processes.memory(os.getpid())
    done = made(
        FORGE,
        "kernel.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', b'not signed', b'{', b'{', b'{', b'{'])\n"
        "import time\nbig, until = 'x' * 10_000_000, time.time() + 2\nwhile time.time() < until: forge('stream', name='stdout', text=big)\nwhile True: pass",
        seconds=4,
    )
    assert done.state in ("failed", "timed_out")
    assert processes.memory(os.getpid()) - before < 700_000_000


@pytest.mark.notebook
def test_a_secret_reaches_nothing_that_is_told_kept_or_logged(
    workspace: Workspace, made: Made, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[Any] = []
    caplog.set_level(0)
    done = made(
        FORGE,
        f"secret = {SECRET_VALUE!r}\nfrom ipykernel.comm import Comm\nComm(target_name=secret)\nforge(secret, x=1)\nforge('stream', name=secret, text=secret)",
        "import logging, sys, warnings\nlogging.warning(secret)\nwarnings.warn(secret)\nsys.stderr.write(secret)\nprint({secret: secret})",
        f"class Broken(Exception):\n    pass\nBroken.__name__ = secret\nraise Broken('x' * 1_992 + secret + secret[:{HALF}] + '\\x1b[0m' + secret[{HALF}:])",
        secrets=(SECRET_VALUE,),
        tell=told.append,
        name="small",
        parameters=f"# {SECRET_VALUE}",
    )
    left = "".join(path.read_text("utf-8") for path in (workspace.runs / "r1").iterdir())
    logged = "".join(str(vars(each)) for each in caplog.records) + "".join(capfd.readouterr())
    shown = page(outline(copy(workspace, done)))
    for held in (left, str(done), str(told), logged, shown):
        assert "hunter2" not in held
    assert SECRET in done.cause
    assert SECRET in shown


@pytest.mark.notebook
def test_a_secret_in_a_heading_is_not_told(workspace: Workspace, write: Write, nursery: Nursery) -> None:
    write("1 / 0")
    path = playbook("small", workspace).path
    path.write_text(path.read_text().replace("## Step 1", f"## About {SECRET_VALUE} \\u202e"))
    told: list[Any] = []
    kernel = nursery.start(workspace)
    done = execute(Job("r1", playbook("small", workspace), {}, secrets=(SECRET_VALUE,)), kernel, told.append)
    kernel.discard()
    assert done.step == f"About {SECRET} ⟦U+202E⟧"
    assert "hunter2" not in str(told) + str(done)


@pytest.mark.notebook
def test_the_password_of_the_ledger_is_a_secret_that_is_known(tmp_path: Path, write: Write, nursery: Nursery) -> None:
    (tmp_path / "workbench.toml").write_text('ledger_password_file = "ledger.password"\n')
    (tmp_path / "ledger.password").write_text(f"{SECRET_VALUE}\n")
    workspace = Workspace(tmp_path)
    write(f"raise ValueError({SECRET_VALUE!r})")
    kernel = nursery.start(workspace)
    done = execute(Job("r1", playbook("small", workspace), {}), kernel)
    kernel.discard()
    assert done.cause == f"ValueError: {SECRET}"
