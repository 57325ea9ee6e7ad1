"""From signals to one word: hard rules first, then points in capped groups; never clean without having looked.

Weights, caps and thresholds are proposals of the design, to be tuned on labelled mail; each verdict carries them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import Group, Outcome, Signal, State
from workbench.base.discover import discover

Word = Literal["malicious", "suspicious", "no threats found", "unknown"]

MALICIOUS, SUSPICIOUS = 70.0, 40.0
DOUBTFUL = 20.0
"""Score from which a stranger's message is not said to hold no threat."""

COMPLETE = 0.8
"""Share of the applicable weight that must have been evaluated before "no threats found" may be said."""

DECISIVE = ("url.intel", "file.known_bad", "auth.own_domain")
"""Questions without whose answer a stranger is not cleared: links, files, and a claim to be one of us."""

VOUCHERS = ("history.replied_to", "history.prevalent")
"""Signals that make a sender no stranger."""


@dataclass(frozen=True)
class Answer:
    """What became of one signal, with the points it gave before its group's cap."""

    group: str
    signal: Signal
    outcome: Outcome

    @property
    def points(self) -> float:
        """Points given; 0 unless the signal fired."""
        if self.outcome.state is not State.fired:
            return 0.0
        return self.signal.weight if self.outcome.weight is None else self.outcome.weight


@dataclass(frozen=True)
class Verdict:
    """One word with everything that led to it."""

    word: Word
    score: float
    completeness: float
    groups: Mapping[str, float]
    answers: tuple[Answer, ...]
    rule: str = ""
    """The hard rule that decided, if one did."""

    @property
    def reasons(self) -> tuple[Answer, ...]:
        """What fired, the strongest first."""
        found = [answer for answer in self.answers if answer.outcome.state is State.fired]
        return tuple(sorted(found, key=lambda answer: -abs(answer.points)))

    @property
    def not_evaluated(self) -> tuple[Answer, ...]:
        """What could not be asked, the heaviest first."""
        found = [answer for answer in self.answers if answer.outcome.state is State.not_evaluated]
        return tuple(sorted(found, key=lambda answer: -abs(answer.signal.weight)))

    @property
    def shown(self) -> str:
        """The word as people read it."""
        if self.word != "unknown":
            return self.word
        return f"inconclusive: {len(self.not_evaluated)} not evaluated"


def judge(case: Case) -> Verdict:
    """The verdict on one message. Pure: the same case gives the same verdict.

    What speaks for a message never takes it below what the receiving filter said against it.
    """
    answers = tuple(
        Answer(group.name, signal, signal.ask(case)) for group in groups().values() for signal in group.signals
    )
    points = {group.name: _capped(group, answers) for group in groups().values()}
    score = min(max(sum(points.values()), points["filter"], 0.0), 100.0)
    complete = _completeness(answers)
    if rule := _hard_malicious(case):
        return Verdict("malicious", max(score, MALICIOUS), complete, points, answers, rule)
    if rule := _simulation(case):
        return Verdict("no threats found", 0.0, complete, points, answers, rule)
    cleared = complete >= COMPLETE and _cleared(case, score, answers)
    return Verdict(_word(score, cleared=cleared), score, complete, points, answers)


def groups() -> Mapping[str, Group]:
    """The groups of signals, by file name."""
    return discover("workbench.analysis.verdict.signals", Group)


def _word(score: float, *, cleared: bool) -> Word:
    if score >= MALICIOUS:
        return "malicious"
    if score >= SUSPICIOUS:
        return "suspicious"
    return "no threats found" if cleared else "unknown"


def _cleared(case: Case, score: float, answers: tuple[Answer, ...]) -> bool:
    """Whether a message that scores low may be said to hold no threat: somebody known sent it, or little was left open.

    A stranger's links and files are not cleared by how the message looks: of 439 real phish
    nine in ten, judged without their filter's word, fire too few signals of header and text to be suspicious.
    """
    states = {answer.signal.id: answer.outcome.state for answer in answers}
    if case.internal or states["auth.own_domain"] is State.clear:
        return True
    if any(states[name] is State.fired for name in VOUCHERS):
        return True
    return score < DOUBTFUL and all(states[name] is not State.not_evaluated for name in DECISIVE)


def _capped(group: Group, answers: tuple[Answer, ...]) -> float:
    total = sum(answer.points for answer in answers if answer.group == group.name)
    return min(max(total, group.low), group.high)


def _completeness(answers: tuple[Answer, ...]) -> float:
    weights = dict.fromkeys(State, 0.0)
    for answer in answers:
        weights[answer.outcome.state] += abs(answer.signal.weight)
    evaluated = weights[State.fired] + weights[State.clear]
    applicable = evaluated + weights[State.not_evaluated]
    return evaluated / applicable if applicable else 0.0


def _hard_malicious(case: Case) -> str:
    files = case.feature("attachments")
    known = [file for file in files if isinstance(file, Mapping)] if isinstance(files, list) else []
    locked = any(file.get("encrypted") is True and file.get("runs_inside") for file in known)
    if locked and case.count("phrases", "archive_password"):
        return "a locked archive holds a program and the text gives its password"
    return ""


def _simulation(case: Case) -> str:
    """Our own drills, if the sender proves to be ours; what only claims to be one is judged like any mail."""
    ours = case.organisation.is_simulation(case.sender_domain) or _by_known_simulator(case)
    return "a registered phishing simulation of our own" if ours and _proven(case) else ""


def _by_known_simulator(case: Case) -> bool:
    listed = case.organisation.known_simulators and case.sender_domain
    return bool(listed) and case.lookups.lookup("attack_simulators").holds(case.sender_domain)


def _proven(case: Case) -> bool:
    """Whether the domain shown is the domain that sent: DMARC passes, or SPF passes for that very domain."""
    dmarc, spf = case.result("dmarc") or {}, case.result("spf") or {}
    if dmarc.get("result") == "pass":
        return True
    return spf.get("result") == "pass" and str(spf.get("domain", "")).rpartition("@")[2].lower() == case.sender_domain
