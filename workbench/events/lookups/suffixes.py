"""Registered domains, by the public-suffix list."""

from functools import lru_cache
from ipaddress import ip_address

from workbench.events.lookups.lists import SHIPPED, Lookups
from workbench.events.lookups.matching import Rules

LIST = "public_suffixes"


def registered_domain(host: str, lookups: Lookups = SHIPPED) -> str:
    """The part of a host that somebody registered: ``a.b.co.uk`` gives ``b.co.uk``.

    Under a suffix the list does not know, the last two labels (the list's default rule); addresses stay as they are,
    and so does a host that is itself a public suffix.
    """
    rules = lookups.lookup(LIST).finder
    return _registered(host, rules) if isinstance(rules, Rules) else host


@lru_cache(maxsize=65_536)
def _registered(host: str, rules: Rules) -> str:
    name = host.rpartition("@")[2].strip("[].").lower()
    if not name or is_address(name):
        return name
    suffix = rules.suffix(name)
    return ".".join(name.split(".")[-len(suffix.split(".")) - 1 :])


def name_of(host: str, lookups: Lookups = SHIPPED) -> str:
    """The registered label alone: ``contoso`` of ``mail.contoso.co.uk``; empty for addresses."""
    domain = registered_domain(host, lookups)
    return "" if is_address(domain) else domain.partition(".")[0]


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
