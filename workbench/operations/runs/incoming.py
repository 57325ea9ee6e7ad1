"""What a kernel says, reduced to what is kept before anything else reads it, and what it weighs.

A notebook can send whatever it likes, not only what a kernel would: other types than those that are declared, data
that nobody keeps, structures that take many times their size. What is left here is of the types it claims to be.
"""

from collections.abc import Mapping
from typing import Any

from workbench.operations.runs.shown import CHART, TABLE

FINDINGS = "application/vnd.workbench.findings+json"
OURS = (FINDINGS, TABLE, CHART)
"""Types of output that are kept as data; beside them only plain text is."""

LEAST_WEIGHT, _WEIGHT_OF_A_PART = 512, 64
"""Characters that a message, and each list or mapping in one of ours, count for at least: what they take in memory."""

_SHOWS = ("display_data", "execute_result", "update_display_data")
_STREAMS = ("stdout", "stderr")


def reduced(kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The content of a message of this type as far as it is kept; None where none of it is."""
    if kind in _SHOWS:
        count = {"execution_count": counted(content.get("execution_count"))} if kind == "execute_result" else {}
        return _shown(content) | count
    if kind == "stream":
        name = content.get("name")
        return {"name": name if name in _STREAMS else "stdout", "text": words(content.get("text"))}
    if kind == "error":
        lines = content.get("traceback")
        trace = [words(line) for line in lines] if isinstance(lines, list) else []
        return {"ename": words(content.get("ename")), "evalue": words(content.get("evalue")), "traceback": trace}
    if kind == "status":
        return {"execution_state": words(content.get("execution_state"))}
    if kind == "clear_output":
        return {"wait": content.get("wait") is True}
    return {"execution_count": counted(content.get("execution_count"))} if kind == "execute_input" else None


def weight(content: Mapping[str, Any]) -> int:
    """What a reduced content counts for, in characters."""
    said = str(content)
    data = content.get("data")
    parts = said.count("[") + said.count("{") if isinstance(data, dict) and any(mime in data for mime in OURS) else 0
    return max(LEAST_WEIGHT, len(said) + _WEIGHT_OF_A_PART * parts)


def words(value: object) -> str:
    """Text, or lines of it; nothing where it is something else."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def counted(value: object) -> int | None:
    """The number of an execution."""
    return value if type(value) is int and 0 <= value < 2**31 else None


def data_of(said: object) -> dict[str, Any]:
    """Of what an output offers, what is kept."""
    if not isinstance(said, Mapping):
        return {}
    data: dict[str, Any] = {mime: said[mime] for mime in OURS if isinstance(said.get(mime), Mapping)}
    return data | ({"text/plain": words(said["text/plain"])} if "text/plain" in said else {})


def _shown(content: Mapping[str, Any]) -> dict[str, Any]:
    transient = content.get("transient")
    shown = transient.get("display_id") if isinstance(transient, Mapping) else None
    named = {"transient": {"display_id": shown}} if isinstance(shown, str) else {}
    return {"data": data_of(content.get("data")), "metadata": {}, **named}
