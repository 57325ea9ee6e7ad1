"""What an investigation leaves behind: evidence step by step, signals, a verdict, and what was not evaluated."""

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workbench.base.render import visible
from workbench.base.text.links import unlinked

MIME = "application/vnd.workbench.findings+json"
"""The output type under which a playbook's last cell hands its findings over."""

_ASKED = 4

VERSION = 1
"""Raised when a field changes its meaning."""


Role = Literal["root", "impacted", "attacker", "related"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Frozen):
    """One step: what it looked for, what it found in a sentence, how many rows, or why it could not look."""

    name: str
    title: str
    state: Literal["done", "not evaluated"]
    found: str
    rows: int


class SignalFound(_Frozen):
    """One signal with what became of it."""

    id: str
    group: str
    title: str
    state: str
    points: float
    why: str
    evidence: dict[str, object]


class NotEvaluated(_Frozen):
    """One thing that could not be looked at, and why; it never counts as clean."""

    what: str
    why: str
    weight: float


class VerdictFound(_Frozen):
    """The verdict: the word, as people read it, its score of 100, and the share that was evaluated."""

    word: Literal["malicious", "suspicious", "no threats found", "unknown"]
    shown: str
    score: float
    completeness: float
    groups: dict[str, float]
    rule: str


class Entity(_Frozen):
    """A thing the investigation met, with its part in it; ``value`` is as the events have it, not defanged."""

    kind: Literal["message", "mailbox", "sender", "url", "domain", "ip", "file"]
    value: str
    role: Role


class Findings(_Frozen):
    """Everything an investigation found. Times are UTC; the same events and ``now`` give the same findings."""

    version: int = VERSION
    playbook: str
    now: datetime
    span: str
    root: dict[str, str]
    verdict: VerdictFound
    reasons: list[str]
    not_evaluated: list[NotEvaluated]
    steps: list[Step]
    signals: list[SignalFound]
    entities: list[Entity]
    counts: dict[str, int]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {MIME: json.loads(self.model_dump_json()), "text/plain": self.summary()}

    def summary(self) -> str:
        """The findings in a few lines of plain text."""
        known = f"{self.verdict.score:.0f} of 100 points; {self.verdict.completeness:.0%} of what applies was evaluated"
        fired = sorted((each for each in self.signals if each.state == "fired"), key=lambda each: -abs(each.points))
        because = [f"  {each.points:+4.0f}  {unlinked(visible(each.why))}" for each in fired]
        missing = self._missing()
        blind = [f"  ? {each.title} ({each.found})" for each in self.steps if each.state == "not evaluated"]
        return "\n".join(
            [
                f"{self.verdict.shown} ({known})",
                *([f"  rule  {self.verdict.rule}"] if self.verdict.rule else []),
                *because,
                *(["Not evaluated:", *missing] if missing else []),
                *(["Steps that could not look:", *blind] if blind else []),
            ]
        )

    def _missing(self) -> list[str]:
        """What was not evaluated, by reason: the heaviest questions of each, and how many more there are."""
        lines = []
        for why in dict.fromkeys(each.why for each in self.not_evaluated):
            asked = [each.what for each in self.not_evaluated if each.why == why]
            more = (
                f" and {len(asked) - _ASKED} more (all in not_evaluated of the findings)" if len(asked) > _ASKED else ""
            )
            lines.append(f"  ? {why}: {' '.join(asked[:_ASKED])}{more}")
        return lines
