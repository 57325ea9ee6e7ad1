"""How values are read that several kinds share."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from workbench.base.text.url import host, unicode_host

_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+(?!\d+\Z)[\w-]{1,63}")
_LABELED = re.compile(r".*<([^<>]*@[^<>]*)>\s*", re.DOTALL)
_PORT = re.compile(r"([0-9.]+|\[[^\]]*\]):[0-9]{1,5}")
_ZONE = re.compile(r"%[^%/]*$")


def is_domain(text: str) -> bool:
    """Whether a text is a host name of at least two labels, and no IP address."""
    return len(text) <= 253 and bool(_DOMAIN.fullmatch(text.rstrip("."))) and parsed_ip(text) is None


def domain(text: str) -> str:
    """A domain in lower case and punycode.

    Raises:
        ValueError: it is none.
    """
    name = text.lower().strip(".")
    if not is_domain(name):
        raise ValueError("a domain has labels of letters, digits and hyphens with dots between them")
    return (host(f"http://{name}") or name) if not name.isascii() else name


def spellings(name: str) -> list[str]:
    """A domain in punycode and as people read it."""
    return list(dict.fromkeys([name, unicode_host(name)]))


def address(text: str) -> str:
    """An address of mail in lower case; ``Name <a@b.example>`` gives what stands in the brackets.

    Raises:
        ValueError: it is none.
    """
    inside = _LABELED.fullmatch(text)
    bare = (inside[1] if inside else text).strip().lower()
    local, at, after = bare.rpartition("@")
    if not (local and at and after):
        raise ValueError("an address has a name, one @, and a domain")
    return bare


def is_address(text: str) -> bool:
    """Whether a text is plainly an address of mail."""
    local, _, after = text.rpartition("@")
    return bool(local) and is_domain(after) and not re.search(r"[\s/<>]", local)


def parsed_ip(text: str) -> IPv4Address | IPv6Address | None:
    """An address as logs write it: with a port, in brackets, with a zone, or IPv4 inside IPv6; None for none."""
    port = _PORT.fullmatch(text.strip())
    bare = _ZONE.sub("", (port[1] if port else text).strip().strip("[]"))
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return inner or found
