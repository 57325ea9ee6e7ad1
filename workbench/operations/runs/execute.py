"""Run one playbook through papermill: progress by heading, an executed copy with its hash, its findings.

A run works in a thread beside the caller's, which waits for it: so that a deadline or Ctrl-C ends its kernel, and the
executed copy is kept all the same.
"""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.base.errors import PlaybookFailed
from workbench.operations.runs.engine import Leash, Tell, register
from workbench.operations.runs.keep import findings_of, plain, write
from workbench.operations.runs.playbooks import Playbook, literal

FINDINGS = "findings.json"
EXECUTED = "executed.ipynb"
RUN = "run.json"

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR", "JUPYTER_PATH", "USER")
_TABLES = {
    "POLARS_TABLE_WIDTH": "160",
    "POLARS_FMT_STR_LEN": "520",
    "POLARS_FMT_MAX_ROWS": "40",
    "POLARS_FMT_TABLE_FORMATTING": "ASCII_MARKDOWN",
    "POLARS_FMT_TABLE_HIDE_COLUMN_DATA_TYPES": "1",
    "POLARS_FMT_TABLE_HIDE_DATAFRAME_SHAPE_INFORMATION": "1",
}
"""How frames read in an executed copy."""


@dataclass(frozen=True)
class Patience:
    """How long one cell and a whole run may take, in seconds; what takes longer is ended."""

    cell: int = 300
    run: int = 900


@dataclass(frozen=True)
class Run:
    """One finished run. ``findings`` is what the notebook handed over; None where it handed over nothing."""

    id: str
    playbook: str
    parameters: Mapping[str, object]
    started: str
    finished: str
    folder: Path
    notebook_sha256: str
    executed_sha256: str
    findings: Mapping[str, object] | None


def run_playbook(
    workspace: Workspace,
    playbook: Playbook,
    values: Mapping[str, object],
    tell: Tell = lambda _: None,
    *,
    patience: Patience | None = None,
) -> Run:
    """Run a playbook in a kernel of its own and keep what it left below ``runs/``.

    Raises:
        BadParameter: a value does not fit; nothing was started.
        PlaybookFailed: a cell raised, took too long or lost its kernel; the executed copy is kept, the error names it.
    """
    parameters = playbook.validated(values)
    allowed = patience or Patience()
    started = datetime.now(UTC)
    folder = workspace.runs / f"{started:%Y%m%dT%H%M%S}-{playbook.name}-{uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    leash = Leash(_environment(workspace), tell, allowed.cell)
    try:
        failure = _execute(playbook, parameters, folder, leash, allowed)
    except KeyboardInterrupt:
        _keep(playbook, parameters, folder, started, failure="stopped by Ctrl-C")
        raise
    run = _keep(playbook, parameters, folder, started, failure=failure)
    if failure:
        raise _failed(failure, leash.heading, folder)
    return run


def _execute(playbook: Playbook, parameters: dict[str, object], folder: Path, leash: Leash, allowed: Patience) -> str:
    """Run the notebook; gives why it stopped early, or nothing."""
    with ThreadPoolExecutor(1, thread_name_prefix="playbook") as beside:
        running = beside.submit(_papermill, playbook, parameters, folder / f".{EXECUTED}", leash)
        try:
            done, _ = wait_for([running], timeout=allowed.run)
            if not done:
                leash.end(f"the run took more than {allowed.run} seconds")
        except KeyboardInterrupt:
            leash.end("stopped by Ctrl-C")
            raise
        return running.result()


def _papermill(playbook: Playbook, parameters: dict[str, object], output: Path, leash: Leash) -> str:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    try:
        papermill.execute_notebook(
            literal(playbook.path),
            literal(output),
            parameters=parameters,
            engine_name=register(),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            leash=leash,
        )
    except PapermillExecutionError as error:
        return leash.ended or f"{error.ename}: {error.evalue}"
    except TimeoutError:
        return leash.ended or f"a cell took more than {leash.cell_seconds} seconds"
    except RuntimeError as error:
        return leash.ended or f"its kernel was lost ({error})"
    return ""


def _keep(
    playbook: Playbook, parameters: Mapping[str, object], folder: Path, started: datetime, *, failure: str
) -> Run:
    partial = folder / f".{EXECUTED}"
    executed = json.loads((partial if partial.exists() else playbook.path).read_text("utf-8"))
    findings, summary = findings_of(executed)
    outcome = f"The playbook stopped: {failure}" if failure else summary or "The playbook handed over no findings."
    digest = write(folder / EXECUTED, plain(executed, outcome))
    source = sha256(playbook.path.read_bytes()).hexdigest()
    times = {"started": _iso(started), "finished": _iso(datetime.now(UTC))}
    hashes = {"notebook_sha256": source, "executed_sha256": digest}
    said = {"id": folder.name, "playbook": playbook.name, "parameters": dict(parameters), **times, **hashes}
    if findings is not None:
        said["findings_sha256"] = write(folder / FINDINGS, findings)
    write(folder / RUN, {**said, "failed": failure})
    return Run(folder.name, playbook.name, parameters, **times, folder=folder, **hashes, findings=findings)


def _failed(reason: str, heading: str, folder: Path) -> PlaybookFailed:
    copy = str(folder / EXECUTED)
    advice = f"The executed copy shows how far it came: {copy}"
    return PlaybookFailed(f"The playbook stopped: {reason}", step=heading, executed=copy, next_step=advice)


def _environment(workspace: Workspace) -> dict[str, str]:
    """What a playbook's kernel may know of its surroundings: no token or credential is passed on."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **_TABLES, HOME_VARIABLE: str(workspace.home)}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
