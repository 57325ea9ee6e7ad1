"""What other filters than Exchange decided, in their own headers, as far as the receiving system wrote them.

Only a header that states a verdict gives one; a score without a threshold is kept and decides nothing.
"""

import re
from collections.abc import Iterator
from itertools import islice

from workbench.intake.mail.headers import Headers
from workbench.intake.mail.receiver import Receiver

PHISH, MALWARE, SPAM = "Phish", "Malware", "Spam"

_YES = re.compile(r"\s*(?:yes|true|spam)\b", re.IGNORECASE)
_ONE = re.compile(r"\s*1\b")
_MILTER = re.compile(r"[^:;]{0,100}:\s*True\b", re.IGNORECASE)
_RULE = r"\brule=(?:[a-z]+_)?(?:definite_)?{0}(?:_[a-z]+)?\b"

VERDICTS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("X-Virus-Status", re.compile(r"\s*(?:infected|yes)\b", re.IGNORECASE), MALWARE),
    ("X-Amavis-Alert", re.compile(r"\s*infected\b", re.IGNORECASE), MALWARE),
    ("X-IronPort-AV", re.compile(r".*\bv=\S*infected", re.IGNORECASE), MALWARE),
    ("X-Proofpoint-Spam-Details", re.compile(_RULE.format("malware"), re.IGNORECASE), MALWARE),
    ("X-Proofpoint-Spam-Details", re.compile(_RULE.format("phish"), re.IGNORECASE), PHISH),
    ("X-Proofpoint-Spam-Details", re.compile(_RULE.format("spam"), re.IGNORECASE), SPAM),
    ("X-Gm-Phishy", _ONE, PHISH),
    ("X-Gm-Spam", _ONE, SPAM),
    ("X-Spam-Status", _YES, SPAM),
    ("X-Spam-Flag", _YES, SPAM),
    ("X-Spam", _YES, SPAM),
    ("X-Spamd-Result", _MILTER, SPAM),
    ("X-Rspamd-Action", re.compile(r"\s*(?:reject|add header|rewrite subject)\b", re.IGNORECASE), SPAM),
    ("X-Barracuda-Spam-Status", _YES, SPAM),
    ("X-TM-AS-Result", _YES, SPAM),
    ("X-Bogosity", _YES, SPAM),
    ("X-DSPAM-Result", _YES, SPAM),
)
"""Header, what it says where the filter decided against the message, and what against; the worst come first."""

_TOLD = (
    *dict.fromkeys(name for name, _, _ in VERDICTS),
    "X-Spam-Score",
    "X-Spam-Level",
    "X-Spamd-Bar",
    "X-Rspamd-Score",
    "X-Barracuda-Spam-Score",
    "X-Mimecast-Spam-Score",
    "X-Mimecast-Impersonation-Protect",
    "X-Proofpoint-Virus-Version",
    "X-Brightmail-Tracker",
    "X-IronPort-Anti-Spam-Filtered",
    "X-Virus-Scanned",
)
"""Headers that are told whatever they say."""

_LONGEST = 200
_SEARCHED = 2_000


_NAMES = frozenset(name.lower() for name in _TOLD)


def filter_threat(headers: Headers, receiver: Receiver) -> str:
    """The threat that a filter of the receiving system states, in the words of the hunting schema; empty for none."""
    if _NAMES.isdisjoint(headers.names):
        return ""
    for name, says, threat in VERDICTS:
        if any(says.search(value[:_SEARCHED]) for value in _believed(headers, receiver, name)):
            return threat
    return ""


def filter_values(headers: Headers, receiver: Receiver) -> dict[str, str]:
    """What the filters wrote, by header, cut short: the spare property bag has it."""
    if _NAMES.isdisjoint(headers.names):
        return {}
    found = ((name, next(_believed(headers, receiver, name), "").strip()[:_LONGEST]) for name in _TOLD)
    return {name: value for name, value in found if value}


def _believed(headers: Headers, receiver: Receiver, name: str) -> Iterator[str]:
    return islice((entry.value for entry in headers.all(name) if receiver.wrote(entry)), 1)
