"""What the organisation's profile tells the reader of raw mail."""

from collections import defaultdict
from datetime import datetime

from workbench.base.config import Organisation
from workbench.intake.mail import Context


def context_of(organisation: Organisation, seen_at: datetime) -> Context:
    """The context in which mail is read: domains, ranges, report mailboxes, phishing tests, tags of mailboxes."""
    return Context(
        own_domains=organisation.domains,
        seen_at=seen_at,
        egress=organisation.egress,
        tags=_tags(organisation),
        secops_mailboxes=organisation.secops_mailboxes,
        simulation_domains=organisation.simulation_domains,
    )


def _tags(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Tags by mailbox: ``vip``, ``secops``, then those the organisation made up itself."""
    found: dict[str, list[str]] = defaultdict(list)
    for tag, addresses in (("vip", organisation.vips), ("secops", organisation.secops_mailboxes)):
        for address in addresses:
            found[address].append(tag)
    return {address: tuple(tags) for address, tags in found.items()}
