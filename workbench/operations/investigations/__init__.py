"""What the cells of a playbook call: steps, evidence, findings.

The triage is loaded when it is first used: who only shows findings needs no engine for questions.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from workbench.operations.investigations.findings import MIME, Findings

if TYPE_CHECKING:
    from workbench.operations.investigations.phish_triage import PhishTriage
    from workbench.operations.investigations.tracked_query import Asked, TrackedQuery

_HOMES = {"Asked": "tracked_query", "PhishTriage": "phish_triage", "TrackedQuery": "tracked_query"}

__all__ = ["MIME", "Asked", "Findings", "PhishTriage", "TrackedQuery"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
