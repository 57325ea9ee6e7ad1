"""What is given with a raw message, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from workbench.intake.mail.faults import Fault
from workbench.intake.mail.limits import LONGEST_MESSAGE

TABLES = ("EmailEvents", "EmailUrlInfo", "EmailAttachmentInfo", "WorkbenchMailFacts")
"""Tables that a message has rows for."""

STANDINGS = ("claimed", "enclosed", "received")
"""How far a message can be believed, worst first: inside one whose sender may have written it all; inside one of our
own or one that never travelled; received or saved for itself. Of several readings of one message the best stays."""

Row = dict[str, object]


@dataclass(frozen=True)
class Context:
    """What the organisation knows and the message cannot say.

    ``own_domains`` in any case, with or without a leading dot or ``@``; ``seen_at`` is the time of the import, which
    no time received may lie far behind; ``longest_message`` how many bytes of a message are read. ``body_skipped``
    says why only the header is to be read, where reading the whole took too much; the message then carries it as a
    fault, and what only the body tells is empty. ``egress`` are address ranges of our own people, relays and filters;
    ``tags`` the tags of mailboxes, by address in lower case; ``secops_mailboxes`` receive reports;
    ``simulation_domains`` are those of phishing tests. ``standing`` is one of ``STANDINGS``; of a claimed message no
    stamp is believed. ``files_skipped`` says why PDFs and pictures are not opened, where opening them took too much.
    ``shorteners`` are hosts, in lower case, that shorten links, as ``events.lookups`` lists them; None where they are
    not told from others. ``expendable`` is whether this process may be ended by what it reads, and the message read
    again without: a child of the importer.
    """

    own_domains: tuple[str, ...] = ()
    seen_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    longest_message: int = LONGEST_MESSAGE
    body_skipped: str = ""
    egress: tuple[IPv4Network | IPv6Network, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    secops_mailboxes: tuple[str, ...] = ()
    simulation_domains: tuple[str, ...] = ()
    standing: str = "received"
    files_skipped: str = ""
    shorteners: frozenset[str] | None = None
    expendable: bool = False

    @property
    def claimed(self) -> bool:
        """Whether whoever sent the message around may have written it all."""
        return self.standing == "claimed"

    @property
    def inside(self) -> bool:
        """Whether the message lay in another one."""
        return self.standing != "received"

    @property
    def own(self) -> tuple[str, ...]:
        """The own domains as addresses have them."""
        return tuple(domain.strip().lstrip("@.").rstrip(".").lower() for domain in self.own_domains if domain.strip())

    def is_egress(self, address: str) -> bool:
        """Whether an IP address, as it is usually written, lies in our own ranges."""
        if not self.egress:
            return False
        found = ip_address(address)
        return any(found in network for network in self.egress)


@dataclass(frozen=True)
class Reading:
    """One message read: rows by table name, values as the tables take them, and what could not be read.

    Strings are never None, times are aware and UTC, dynamic columns are JSON text. Every row carries ``_Raw``, the
    SHA-256 of the message. The first rows are those of the message itself; messages inside it follow, each with
    ``_Raw`` of its own and its bytes in ``inner``. Each message has at least one row of EmailEvents and exactly one of
    WorkbenchMailFacts.
    """

    sha256: str
    rows: dict[str, list[Row]]
    faults: tuple[Fault, ...]
    inner: tuple[bytes, ...] = ()
