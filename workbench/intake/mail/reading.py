"""What is given with a raw message, and what comes back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from workbench.intake.mail.faults import Fault
from workbench.intake.mail.limits import LONGEST_MESSAGE

TABLES = ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "WorkbenchMailFacts")
"""Tables that a message has rows for."""

Row = dict[str, object]


@dataclass(frozen=True)
class Context:
    """What the organisation knows and the message cannot say.

    ``own_domains`` in any case, with or without a leading dot or ``@``; ``seen_at`` is the time of the import, the last
    resort for a received time; ``longest_message`` how many bytes of a message are read. ``body_skipped`` says why only
    the header is to be read, where reading the whole took too much; the message then carries it as a fault, and what
    only the body tells is empty.
    """

    own_domains: tuple[str, ...] = ()
    seen_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    longest_message: int = LONGEST_MESSAGE
    body_skipped: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """The own domains as addresses have them."""
        return tuple(domain.strip().lstrip("@.").rstrip(".").lower() for domain in self.own_domains if domain.strip())


@dataclass(frozen=True)
class Reading:
    """One message read: rows by table name, values as the tables take them, and what could not be read.

    Strings are never None, times are aware and UTC, dynamic columns are JSON text. Every row carries ``_Raw``, the
    SHA-256 of the message. There is at least one row of EmailEvents and exactly one of WorkbenchMailFacts.
    """

    sha256: str
    rows: dict[str, list[Row]]
    faults: tuple[Fault, ...]
