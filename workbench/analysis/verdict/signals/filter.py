"""What the receiving filter made of it: spam and ordinary phish are suspicious, confident phish and malware malicious.

The two levels are those by which the filter's vendor tells suspicious from malicious groups of mail.
"""

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired

_SUSPICIOUS, _MALICIOUS = 40.0, 70.0


def _judged(case: Case) -> Outcome:
    if case.filter_threats is None:
        return NOT_APPLICABLE
    threats = case.filter_threats.lower()
    confident = '"phish":"high"' in case.filter_confidence.lower().replace(" ", "")
    if "malware" in threats:
        return fired("The receiving filter found malware", weight=_MALICIOUS)
    if "phish" in threats:
        sure = ", with high confidence" if confident else ""
        return fired(f"The receiving filter called it phish{sure}", weight=_MALICIOUS if confident else _SUSPICIOUS)
    return fired("The receiving filter called it spam", weight=_SUSPICIOUS) if "spam" in threats else CLEAR


GROUP = Group(
    "filter",
    "Receiving filter",
    0,
    70,
    (Signal("filter.judged", 70, "Did the receiving filter call it a threat?", _judged),),
)
