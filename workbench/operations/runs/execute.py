"""Run one playbook through papermill: progress by heading, a plain executed copy with its hash, its findings.

The executed copy is written under a temporary name and renamed when it is whole. Its outputs are reduced to plain text
and findings: whatever a cell displayed, no markup, script or widget is kept.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.base.errors import PlaybookFailed
from workbench.operations.runs.engine import Progress, Tell, register
from workbench.operations.runs.playbooks import Playbook

CELL_SECONDS = 300
"""Longest time of one cell."""

FINDINGS = "findings.json"
EXECUTED = "executed.ipynb"

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR", "JUPYTER_PATH", "USER")
_TABLES = {
    "POLARS_TABLE_WIDTH": "160",
    "POLARS_FMT_STR_LEN": "90",
    "POLARS_FMT_MAX_ROWS": "40",
    "POLARS_FMT_TABLE_FORMATTING": "ASCII_MARKDOWN",
    "POLARS_FMT_TABLE_HIDE_COLUMN_DATA_TYPES": "1",
    "POLARS_FMT_TABLE_HIDE_DATAFRAME_SHAPE_INFORMATION": "1",
}
"""How frames read in an executed copy."""

_KEPT = ("text/plain",)
_MIME_OF_OURS = "application/vnd.workbench."


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
    workspace: Workspace, playbook: Playbook, values: Mapping[str, object], tell: Tell = lambda _: None
) -> Run:
    """Run a playbook in a kernel of its own and keep what it left below ``runs/``.

    Raises:
        BadParameter: a value does not fit; nothing was started.
        PlaybookFailed: a cell raised or took too long; the executed copy is kept and named in the error.
    """
    parameters = playbook.validated(values)
    started = datetime.now(UTC)
    folder = workspace.runs / f"{started:%Y%m%dT%H%M%S}-{playbook.name}-{uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    partial = folder / f".{EXECUTED}"
    failure = _execute(workspace, playbook, parameters, partial, tell)
    executed = json.loads(partial.read_text("utf-8"))
    findings = _findings(executed)
    digest = _keep(executed, partial, folder / EXECUTED)
    source = sha256(playbook.path.read_bytes()).hexdigest()
    times = (_iso(started), _iso(datetime.now(UTC)))
    run = Run(folder.name, playbook.name, parameters, *times, folder, source, digest, findings)
    _write(folder / "run.json", {**asdict(run), "folder": folder.name, "failed": str(failure) if failure else ""})
    if findings is not None:
        _write(folder / FINDINGS, findings)
    if failure:
        raise failure
    return run


def _execute(
    workspace: Workspace, playbook: Playbook, parameters: dict[str, object], output: Path, tell: Tell
) -> PlaybookFailed | None:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    seen = {"heading": ""}

    def told(progress: Progress) -> None:
        seen["heading"] = progress.heading or seen["heading"]
        tell(progress)

    try:
        papermill.execute_notebook(
            str(playbook.path),
            str(output),
            parameters=parameters,
            engine_name=register(),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=CELL_SECONDS,
            environment=_environment(workspace),
            tell=told,
        )
    except PapermillExecutionError as error:
        return _failed(f"{error.ename}: {error.evalue}", seen["heading"], output)
    except TimeoutError:
        return _failed(f"a cell took more than {CELL_SECONDS} seconds", seen["heading"], output)
    return None


def _failed(reason: str, heading: str, output: Path) -> PlaybookFailed:
    copy = str(output.with_name(EXECUTED))
    advice = f"The executed copy shows how far it came: {copy}"
    return PlaybookFailed(f"The playbook stopped: {reason}", step=heading, executed=copy, next_step=advice)


def _environment(workspace: Workspace) -> dict[str, str]:
    """What a playbook's kernel may know of its surroundings: no token or credential is passed on."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **_TABLES, HOME_VARIABLE: str(workspace.home)}


def _findings(executed: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The last findings a cell handed over."""
    found = [
        data
        for cell in executed["cells"]
        for output in cell.get("outputs", ())
        for mime, data in output.get("data", {}).items()
        if mime.startswith(_MIME_OF_OURS)
    ]
    return found[-1] if found else None


def _keep(executed: dict[str, Any], partial: Path, target: Path) -> str:
    """Write the executed copy with plain outputs only; gives its SHA-256."""
    for cell in executed["cells"]:
        for output in cell.get("outputs", ()):
            if "data" in output:
                output["data"] = {mime: data for mime, data in output["data"].items() if _plain(mime)}
                output["metadata"] = {}
    executed["metadata"].pop("widgets", None)
    content = json.dumps(executed, ensure_ascii=False, indent=1).encode()
    partial.write_bytes(content)
    partial.replace(target)
    return sha256(content).hexdigest()


def _plain(mime: str) -> bool:
    return mime in _KEPT or mime.startswith(_MIME_OF_OURS)


def _write(path: Path, value: object) -> None:
    partial = path.with_name(f".{path.name}")
    partial.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str), "utf-8")
    partial.replace(path)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
