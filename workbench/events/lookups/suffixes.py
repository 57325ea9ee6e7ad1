"""Registered domains, by the public-suffix list that tldextract brings along; nothing is fetched."""

from functools import lru_cache
from ipaddress import ip_address

from tldextract import TLDExtract

_EXTRACT = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
_LABELS = 2


@lru_cache(maxsize=65_536)
def registered_domain(host: str) -> str:
    """The part of a host that somebody registered: ``a.b.co.uk`` gives ``b.co.uk``.

    Under a suffix the list does not know, the last two labels (the list's default rule); addresses stay as they are.
    """
    name = host.rpartition("@")[2].strip("[].").lower()
    if not name or is_address(name):
        return name
    known = _EXTRACT(name).top_domain_under_public_suffix
    return known or ".".join(name.split(".")[-_LABELS:])


def name_of(host: str) -> str:
    """The registered label alone: ``contoso`` of ``mail.contoso.co.uk``; empty for addresses."""
    domain = registered_domain(host)
    return "" if is_address(domain) else domain.partition(".")[0]


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
