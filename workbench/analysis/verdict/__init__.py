"""Signals, their weights, and the verdict they add up to. Pure and replayable."""

from workbench.analysis.verdict._case import Case, Link, SenderHistory
from workbench.analysis.verdict._signal import Group, Outcome, Signal, State
from workbench.analysis.verdict.calculus import Answer, Verdict, groups, judge

__all__ = [
    "Answer",
    "Case",
    "Group",
    "Link",
    "Outcome",
    "SenderHistory",
    "Signal",
    "State",
    "Verdict",
    "groups",
    "judge",
]
