"""What is kept of a run: a plain executed copy, and the findings a cell handed over.

Outputs are reduced to plain text and findings: whatever a cell displayed, no markup, script or widget is kept, and no
path of this machine. The copy begins with its outcome, so that a reader meets the verdict first.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.base.render import terminal
from workbench.base.text.links import unlinked

MOST_CHARACTERS = 4_000
"""Characters of one line of output that are kept; a cut is marked."""

_KEPT = ("text/plain",)
_MIME_OF_OURS = "application/vnd.workbench."
_MARKS_OF_PAPERMILL = "papermill-error-cell-tag"
_PATHS = ("input_path", "output_path")


def findings_of(executed: Mapping[str, Any]) -> tuple[Mapping[str, object] | None, str]:
    """The last findings that a cell handed over, and the same in plain text."""
    bundles = [output["data"] for _, output in _outputs(executed) if "data" in output]
    ours = [(bundle, mime) for bundle in bundles for mime in bundle if mime.startswith(_MIME_OF_OURS)]
    if not ours:
        return None, ""
    bundle, mime = ours[-1]
    return bundle[mime], "".join(bundle.get("text/plain", ""))


def plain(executed: Mapping[str, Any], outcome: str) -> dict[str, Any]:
    """The executed copy with plain outputs only, its outcome on top."""
    for _, output in _outputs(executed):
        _reduce(output)
    metadata = {name: value for name, value in executed["metadata"].items() if name != "widgets"}
    said = metadata.get("papermill", {})
    metadata["papermill"] = said | {name: Path(said[name]).name for name in _PATHS if said.get(name)}
    cells = [cell for cell in executed["cells"] if _MARKS_OF_PAPERMILL not in cell["metadata"].get("tags", ())]
    first = {"cell_type": "raw", "id": "outcome", "metadata": {"tags": ["outcome"]}, "source": _text(outcome)}
    return {**executed, "metadata": metadata, "cells": [first, *cells]}


def write(path: Path, value: object) -> str:
    """Write JSON under a temporary name and rename it when it is whole; gives its SHA-256."""
    content = json.dumps(value, ensure_ascii=False, indent=1, default=str).encode("utf-8", "backslashreplace")
    partial = path.with_name(f".{path.name}")
    partial.write_bytes(content)
    partial.replace(path)
    return sha256(content).hexdigest()


def _outputs(executed: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    return ((cell, output) for cell in executed["cells"] for output in cell.get("outputs", ()))


def _reduce(output: dict[str, Any]) -> None:
    if "data" in output:
        data = {mime: value for mime, value in output["data"].items() if mime.startswith(_MIME_OF_OURS)}
        output["data"] = data | {mime: _text(output["data"][mime]) for mime in _KEPT if mime in output["data"]}
        output["metadata"] = {}
    for name in ("text", "evalue"):
        if name in output:
            output[name] = _text(output[name])
    if "traceback" in output:
        output["traceback"] = [_text(line) for line in output["traceback"]]


def _text(value: str | list[str]) -> str:
    """Lines without escape sequences and links; characters that hide or reorder are made visible."""
    return "\n".join(unlinked(terminal(line, MOST_CHARACTERS)) for line in "".join(value).split("\n"))
