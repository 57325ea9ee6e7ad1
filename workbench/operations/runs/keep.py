"""What is kept of a run: a plain executed copy, and the findings a cell handed over.

Outputs are reduced to plain text, tables, charts and findings of our own types: whatever a cell displayed, no markup,
script or widget is kept, no secret, and no path of this machine. The copy begins with its outcome, so that a reader
meets the verdict first.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.base.render import terminal
from workbench.base.text.links import unlinked
from workbench.operations.runs.engine import headings
from workbench.operations.runs.job import Cell
from workbench.operations.runs.scrub import Scrub

MOST_CHARACTERS = 4_000
"""Characters of one line of output that are kept; a cut is marked."""

_KEPT = ("text/plain",)
_MIME_OF_OURS = "application/vnd.workbench."
_FINDINGS = "application/vnd.workbench.findings+json"
_MARKS_OF_PAPERMILL = "papermill-error-cell-tag"
_STATES = {"completed": "completed", "failed": "failed", "running": "failed"}


def findings_of(executed: Mapping[str, Any]) -> tuple[Mapping[str, object] | None, str]:
    """The last findings that a cell handed over, and the same in plain text."""
    bundles = [output["data"] for _, output in _outputs(executed) if _FINDINGS in output.get("data", ())]
    if not bundles:
        return None, ""
    return bundles[-1][_FINDINGS], "".join(bundles[-1].get("text/plain", ""))


def plain(executed: Mapping[str, Any], outcome: str, scrub: Scrub) -> dict[str, Any]:
    """The executed copy with plain outputs only, its outcome on top."""
    clean = scrub.whole(executed)
    for _, output in _outputs(clean):
        _reduce(output, scrub)
    metadata = {name: value for name, value in clean["metadata"].items() if name != "widgets"}
    cells = [cell for cell in clean["cells"] if _MARKS_OF_PAPERMILL not in cell["metadata"].get("tags", ())]
    for cell in cells:
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name != "trusted"}
    source = _text(scrub.text(outcome))
    first = {"cell_type": "raw", "id": "outcome", "metadata": {"tags": ["outcome"]}, "source": source}
    return {**clean, "metadata": metadata, "cells": [first, *cells]}


def cells_of(copy: Mapping[str, Any]) -> tuple[Cell, ...]:
    """How far each code cell of an executed copy came, and its seconds."""
    under = headings(copy["cells"])
    return tuple(
        Cell(number, under[number], _STATES.get(said.get("status"), "pending"), float(said.get("duration") or 0))  # type: ignore[arg-type]
        for number, cell in enumerate(copy["cells"])
        if cell["cell_type"] == "code"
        for said in [cell["metadata"].get("papermill") or {}]
    )


def bytes_of(value: object) -> bytes:
    """JSON as it is kept."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode("utf-8", "backslashreplace")


def _outputs(executed: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    return ((cell, output) for cell in executed["cells"] for output in cell.get("outputs", ()))


def _reduce(output: dict[str, Any], scrub: Scrub) -> None:
    if "data" in output:
        data = {mime: value for mime, value in output["data"].items() if mime.startswith(_MIME_OF_OURS)}
        shown = {mime: scrub.text(_text(output["data"][mime])) for mime in _KEPT if mime in output["data"]}
        output["data"] = data | shown
        output["metadata"] = {}
    for name in ("text", "evalue", "ename"):
        if name in output:
            output[name] = scrub.text(_text(output[name]))
    if "traceback" in output:
        output["traceback"] = [scrub.text(_text(line)) for line in output["traceback"]]


def _text(value: str | list[str]) -> str:
    """Lines without escape sequences and links; characters that hide or reorder are made visible."""
    return "\n".join(unlinked(terminal(line, MOST_CHARACTERS)) for line in "".join(value).split("\n"))
