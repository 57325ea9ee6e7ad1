"""Messages inside a message: reported, bounced, forwarded as files. Each becomes a message of its own.

What such a message says of its own receiving is believed only where nobody outside can have written it: where the
message around it came from one of our own, or never travelled. Else its stamps are the claims of whoever sent it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from workbench.intake.mail.attachments import Attachment
from workbench.intake.mail.headers import has_body
from workbench.intake.mail.reading import Context
from workbench.intake.mail.rows import Facts, direction_of

_HEADERS_ONLY = "text/rfc822-headers"
_FROM_US = frozenset({"Intra-org", "Outbound"})


@dataclass(frozen=True)
class Inner:
    """A message inside another: its bytes, and whether what it says of itself is only claimed."""

    data: bytes
    headers_only: bool
    claimed: bool

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes: the same inner message is the same, whoever sends it on."""
        return sha256(self.data).hexdigest()

    def context(self, outer: Context) -> Context:
        """What is known when it is read: nothing of the message around, which names it in ``InnerMessages``.

        So its rows are the same whichever of those that hold it comes first.
        """
        skipped = "only its header was inside" if not has_body(self.data) else outer.body_skipped
        return replace(outer, standing="claimed" if self.claimed else "enclosed", body_skipped=skipped)


def inner_messages(files: Sequence[Attachment], facts: Facts) -> list[Inner]:
    """The messages among the files, in order."""
    claimed = not _is_ours(facts)
    return [
        Inner(file.data, file.part.kind == _HEADERS_ONLY, claimed)
        for file in files
        if file.holds_message and file.data.strip()
    ]


def _is_ours(facts: Facts) -> bool:
    """Whether the message around was sent by one of our own, authenticated, or was saved before it was ever sent."""
    if facts.context.claimed:
        return False
    return facts.hop_count == 0 or any(direction_of(facts, each) in _FROM_US for each in facts.envelope.recipients)
