"""What a verdict is told of one message. ``None`` always means "not known", never "none there"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workbench.base.config import Organisation
from workbench.base.text.look import skeleton
from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.suffixes import registered_domain
from workbench.intake.mail.phrases import count_phrases


@dataclass(frozen=True)
class Link:
    """One URL of the message, wrappers undone."""

    url: str
    host: str
    location: str


@dataclass(frozen=True)
class SenderHistory:
    """What was known of a sender before the message: messages from the address and from its domain, and replies."""

    address_messages: int
    domain_messages: int
    first_seen: datetime | None
    replied_to: int
    threats: int


@dataclass(frozen=True)
class Case:
    """One message with everything its signals may ask for.

    ``authentication`` is the detail of ``WorkbenchMailFacts.AuthenticationResults``, or what the hunting schema has of
    it; ``features`` its ``BodyFeatures``; ``anomalies`` the faults of structure. ``reporters`` are the people who
    reported it or mail like it, ``filter_threats`` what the receiving filter called it (empty for nothing, None where
    it left no word), ``removed_after_delivery`` the mechanisms that took it back.
    ``lookups`` are the lists it is judged by.
    """

    sender_address: str
    sender_name: str = ""
    subject: str = ""
    reply_to: str = ""
    direction: str = ""
    recipients: tuple[str, ...] = ()
    authentication: Mapping[str, object] | None = None
    features: Mapping[str, object] | None = None
    links: tuple[Link, ...] | None = None
    attachment_count: int | None = None
    anomalies: tuple[str, ...] | None = None
    history: SenderHistory | None = None
    reporters: tuple[str, ...] | None = None
    filter_threats: str | None = None
    filter_confidence: str = ""
    removed_after_delivery: tuple[str, ...] | None = None
    organisation: Organisation = field(default_factory=Organisation)
    lookups: Lookups = SHIPPED

    @property
    def sender_domain(self) -> str:
        """Domain of the sender's address, in lower case."""
        return self.sender_address.rpartition("@")[2].lower()

    def registered(self, host: str) -> str:
        """The registered domain of a host or address, by the lists of this case."""
        return registered_domain(host, self.lookups)

    def feature(self, *path: str) -> object:
        """A value of the body features by its path; None where it is not known."""
        value: object = self.features
        for name in path:
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    def count(self, *path: str) -> int:
        """A feature that is a number, or the number of a sample list; 0 where it is not known."""
        value = self.feature(*path)
        if isinstance(value, Mapping):
            value = value.get("count")
        return value if isinstance(value, int) else 0

    def asks(self, kind: str) -> int:
        """How often subject and body use phrases of one kind, such as ``credential``."""
        return self.count("phrases", kind) + count_phrases(skeleton(self.subject)).get(kind, 0)

    @property
    def answers_go_elsewhere(self) -> bool:
        """Whether an answer would reach another registered domain than the sender's, and none of ours."""
        if not self.reply_to or self.organisation.owns(self.reply_to):
            return False
        return self.registered(self.reply_to) != self.registered(self.sender_domain)

    @property
    def internal(self) -> bool:
        """Whether the receiving system itself says that it came from inside, for an address of ours."""
        return self.direction.lower() == "intra-org" and self.organisation.owns(self.sender_domain)

    def result(self, method: str) -> Mapping[str, object] | None:
        """The result of one authentication method (spf, dkim, dmarc, compauth); None where it is not known."""
        found = self.authentication.get(method) if self.authentication else None
        found = found[0] if isinstance(found, list) and found else found
        return found if isinstance(found, Mapping) else None
