"""What the cells of a playbook call: steps, evidence, findings.

The triage is loaded when it is first used: who only shows findings needs no engine for questions.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from workbench.operations.investigations.findings import MIME, Findings

if TYPE_CHECKING:
    from workbench.operations.investigations.phish_triage import PhishTriage

__all__ = ["MIME", "Findings", "PhishTriage"]


def __getattr__(name: str) -> object:
    if name != "PhishTriage":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.phish_triage").PhishTriage
