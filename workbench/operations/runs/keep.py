"""What is kept of a run: a plain executed copy, and the findings a cell handed over.

Outputs are reduced to plain text, tables, charts and findings of our own types: whatever a cell displayed, no markup,
script or widget is kept, no secret, and no path of this machine. The copy begins with its outcome, so that a reader
meets the verdict first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from workbench.base.render import terminal
from workbench.base.text.links import unlinked
from workbench.operations.runs.engine import headings
from workbench.operations.runs.incoming import FINDINGS, counted, data_of, words
from workbench.operations.runs.job import Cell
from workbench.operations.runs.scrub import Scrub

MOST_CHARACTERS, MOST_LINES = 4_000, 20_000
"""Characters of one line of output, and lines of one output, that are kept; a cut is marked."""

_MARKS_OF_PAPERMILL = "papermill-error-cell-tag"
_STATES = {"completed": "completed", "failed": "failed", "running": "failed"}


def unplayed(content: bytes) -> dict[str, Any]:
    """A notebook of which nothing ran: what its author left in it, outputs of an earlier time, is not of this run."""
    whole: dict[str, Any] = json.loads(content)
    for cell in whole["cells"]:
        cell["metadata"].pop("papermill", None)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return whole


def findings_of(executed: Mapping[str, Any]) -> tuple[Mapping[str, object] | None, str]:
    """The last findings that a cell handed over, and the same in plain text."""
    shown = [data_of(output.get("data")) for cell in executed["cells"] for output in cell.get("outputs", ())]
    bundles = [data for data in shown if FINDINGS in data]
    return (bundles[-1][FINDINGS], bundles[-1].get("text/plain", "")) if bundles else (None, "")


def plain(executed: Mapping[str, Any], outcome: str, scrub: Scrub) -> dict[str, Any]:
    """The executed copy with plain outputs only, its outcome on top."""
    marked = [cell for cell in executed["cells"] if _MARKS_OF_PAPERMILL not in cell["metadata"].get("tags", ())]
    first = {"cell_type": "raw", "id": "outcome", "metadata": {"tags": ["outcome"]}, "source": said(outcome, scrub)}
    metadata = {name: scrub.whole(value) for name, value in executed["metadata"].items() if name != "widgets"}
    metadata["language_info"] = {"name": "python"}
    rest = scrub.whole({name: value for name, value in executed.items() if name not in ("cells", "metadata")})
    return {**rest, "metadata": metadata, "cells": [first, *(_cell(cell, scrub) for cell in marked)]}


def cells_of(copy: Mapping[str, Any]) -> tuple[Cell, ...]:
    """How far each code cell of an executed copy came, and its seconds."""
    under = headings(copy["cells"])
    return tuple(
        Cell(number, under[number], _STATES.get(mark.get("status"), "pending"), float(mark.get("duration") or 0))  # type: ignore[arg-type]
        for number, cell in enumerate(copy["cells"])
        if cell["cell_type"] == "code"
        for mark in [cell["metadata"].get("papermill") or {}]
    )


def bytes_of(value: object) -> bytes:
    """JSON as it is kept."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode("utf-8", "backslashreplace")


def said(text: str, scrub: Scrub) -> str:
    """Lines without secrets, escape sequences and links; characters that hide or reorder are made visible.

    Secrets are looked for before, since a line that is cut may cut one, and after, since what stood in one is gone.
    """
    lines = scrub.text(text).split("\n", MOST_LINES)
    more = [f"… and {lines.pop().count(chr(10)) + 1:,} more lines"] if len(lines) > MOST_LINES else []
    shown = "\n".join([*(unlinked(terminal(line, MOST_CHARACTERS)) for line in lines), *more])
    return scrub.text(shown)


def _cell(cell: Mapping[str, Any], scrub: Scrub) -> dict[str, Any]:
    clean = scrub.whole({name: value for name, value in cell.items() if name != "outputs"})
    clean["metadata"] = {name: value for name, value in clean["metadata"].items() if name != "trusted"}
    if cell["cell_type"] == "code":
        clean["execution_count"] = counted(cell.get("execution_count"))
        clean["outputs"] = [_output(each, scrub) for each in _joined(cell.get("outputs", ()))]
    return dict(clean)


def _joined(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Outputs, those of a stream that follow each other as one: kernels part what is written where they like."""
    for stream, group in groupby(outputs, lambda each: each["output_type"] == "stream" and each.get("name")):
        if stream:
            yield {"output_type": "stream", "name": stream, "text": "".join(words(each.get("text")) for each in group)}
        else:
            yield from group


def _output(output: Mapping[str, Any], scrub: Scrub) -> dict[str, Any]:
    """One output of the four that notebooks know, with nothing in it but what is kept."""
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": said(output["text"], scrub)}
    if kind == "error":
        texts = {name: said(words(output.get(name)), scrub) for name in ("ename", "evalue")}
        return {"output_type": kind, **texts, "traceback": _trace(output.get("traceback", ()), scrub)}
    data = data_of(output.get("data"))
    text = {"text/plain": said(data["text/plain"], scrub)} if "text/plain" in data else {}
    number = {"execution_count": counted(output.get("execution_count"))} if kind == "execute_result" else {}
    return {"output_type": kind, "data": {**scrub.whole(data), **text}, "metadata": {}, **number}


def _trace(lines: Sequence[str], scrub: Scrub) -> list[str]:
    """The lines of a trace. What spans lines is looked for too, in all of them at once."""
    return said("\n".join(map(words, lines)), scrub).split("\n") if lines else []
