"""What the organisation's profile tells the reader of raw mail."""

from datetime import datetime

from workbench.base.config import Organisation
from workbench.events.lookups import Lookups
from workbench.intake.mail import Context

SHORTENERS = "url_shorteners"
"""The list of hosts that shorten links."""


def context_of(organisation: Organisation, lookups: Lookups, seen_at: datetime) -> Context:
    """The context in which mail is read: domains, ranges, report mailboxes, phishing tests, tags, link shorteners."""
    return Context(
        own_domains=organisation.domains,
        seen_at=seen_at,
        egress=organisation.egress,
        tags=organisation.tagged,
        secops_mailboxes=organisation.secops_mailboxes,
        simulation_domains=organisation.simulation_domains,
        shorteners=frozenset(map(str.lower, lookups.entries(SHORTENERS))),
    )
