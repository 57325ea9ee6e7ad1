"""What a message is beside mail: a report of other mail, a bounce, a phishing test; and who it is for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbench.intake.mail.attachments import Attachment
from workbench.intake.mail.delivery import is_own
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Headers
from workbench.intake.mail.mime import Part
from workbench.intake.mail.rows import Facts
from workbench.intake.mail.urls import Url

_SUBMISSIONS = {
    "phish@office365.microsoft.com": "phish",
    "junk@office365.microsoft.com": "junk",
    "not_junk@office365.microsoft.com": "not junk",
}
"""Mailboxes to which Microsoft's report buttons send."""

_ACTION = re.compile(r"^\s*(1|2|3|junk:?|not junk:?|phishing:?)\s*\|", re.IGNORECASE)
"""Subject of a report as Microsoft asks third-party buttons to write it: ``3|<message id>|<address>|<sender>|...``."""

_ACTIONS = {"1": "junk", "2": "not junk", "3": "phish", "phishing": "phish"}
_FEEDBACK = re.compile(rb"^Feedback-Type:[ \t]*([A-Za-z\-]{1,30})", re.MULTILINE | re.IGNORECASE)
_HEADERS_OF_TESTS = (
    "X-PHISHTEST",
    "X-Phishing-Simulation",
    "X-ThreatSim-ID",
    "X-MS-Exchange-Organization-PhishSimulation",
)


class Report(NamedTuple):
    """``kind`` is phish, junk, not junk, user (not said as what), ``feedback: abuse`` and such, bounce, or empty."""

    kind: str = ""
    by: str = ""


NO_REPORT = Report()


def read_report(parts: Sequence[Part], facts: Facts, files: Sequence[Attachment]) -> Report:
    """What the message reports, and who; a mail to a report mailbox is one only where a message is attached."""
    own = {part.kind: part for part in parts if not part.inside}
    if "message/feedback-report" in own:
        found = _FEEDBACK.search(own["message/feedback-report"].data(Faults()))
        kind = found[1].decode().lower() if found else "not said"
        return Report(f"feedback: {kind}", facts.envelope.sender.address)
    if "message/delivery-status" in own:
        return Report("bounce", "")
    kind = _reported_as(facts) if any(file.holds_message for file in files) else ""
    return Report(kind, facts.envelope.sender.address) if kind else NO_REPORT


def recipient_tags(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The tags of the recipients that have some."""
    tags = facts.context.tags
    return {address: tags[address] for address in facts.envelope.recipients if address in tags}


def simulation(headers: Headers, facts: Facts, urls: Sequence[Url]) -> str:
    """What says that the message is a phishing test: a domain of our own tests, else a header that claims it."""
    tests = facts.context.simulation_domains
    hosts = (facts.envelope.sender.domain, facts.envelope.mail_from.domain, *(url.host for url in urls))
    found = next((host for host in hosts if is_own(host, tests)), "")
    if found:
        return f"domain {found}"
    claimed = next((name for name in _HEADERS_OF_TESTS if headers.first(name)), "")
    return f"header {claimed}, as the sender claims" if claimed else ""


def _reported_as(facts: Facts) -> str:
    submitted = next((_SUBMISSIONS[each] for each in facts.envelope.recipients if each in _SUBMISSIONS), "")
    action = _ACTION.match(facts.subject)
    if action:
        word = action[1].lower().rstrip(":")
        return _ACTIONS.get(word, word)
    to_us = any(address in facts.context.secops_mailboxes for address in facts.envelope.recipients)
    return submitted or ("user" if to_us else "")
