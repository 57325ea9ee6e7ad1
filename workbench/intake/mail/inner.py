"""Messages inside a message: reported, bounced, forwarded as files. Each becomes a message of its own.

What such a message says of its own receiving is believed only where nobody outside can have written it: where the
message around it came from one of our own, or never travelled. Else its stamps are the claims of whoever sent it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from workbench.intake.mail.attachments import Attachment
from workbench.intake.mail.reading import Context
from workbench.intake.mail.reports import Report, holds_message
from workbench.intake.mail.rows import Facts, direction_of

_HEADERS_ONLY = "text/rfc822-headers"
_FROM_US = frozenset({"Intra-org", "Outbound"})


@dataclass(frozen=True)
class Inner:
    """A message inside another: its bytes, in what it lay, and whether what it says of itself is only claimed."""

    data: bytes
    headers_only: bool
    inside: str
    claimed: bool

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes: the same inner message is the same, whoever sends it on."""
        return sha256(self.data).hexdigest()

    @property
    def source(self) -> str:
        """Where it was found; the message around it names it by its digest in ``InnerMessages``."""
        return f"inside {self.inside}"

    def context(self, outer: Context) -> Context:
        """What is known when it is read."""
        skipped = "the report holds its header only" if self.headers_only else outer.body_skipped
        return replace(outer, inside=self.inside, claimed=self.claimed, body_skipped=skipped)


def inner_messages(files: Sequence[Attachment], facts: Facts, report: Report) -> list[Inner]:
    """The messages among the files, in order."""
    claimed = not _is_ours(facts)
    inside = "a report" if report.kind else "a message"
    return [
        Inner(file.data, file.part.kind == _HEADERS_ONLY, inside, claimed)
        for file in files
        if holds_message(file) and file.data.strip()
    ]


def _is_ours(facts: Facts) -> bool:
    """Whether the message around was sent by one of our own, authenticated, or was saved before it was ever sent."""
    if facts.context.claimed:
        return False
    return facts.hop_count == 0 or any(direction_of(facts, each) in _FROM_US for each in facts.envelope.recipients)
