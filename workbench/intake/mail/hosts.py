"""Host names: whose they are, and which say something by themselves."""

from collections.abc import Container
from functools import lru_cache

MICROSOFT = "outlook.com"
"""What ``organisation`` says for every host of Exchange Online and Outlook.com."""

_MICROSOFT_HOSTS = (
    ".outlook.com",
    ".office365.com",
    ".office365.us",
    ".exchangelabs.com",
    ".outlook.cn",
    ".hotmail.com",
)
_SHORT_SECOND_LEVEL = 3


@lru_cache(maxsize=4096)
def organisation(host: str) -> str:
    """The part of a host name that one organisation holds, near enough to tell its hosts from others'.

    Without a list of public suffixes: two labels, three below a country and a short second level (``x.co.uk``).
    """
    name = host.lower().rstrip(".")
    if f".{name}".endswith(_MICROSOFT_HOSTS):
        return MICROSOFT
    labels = name.split(".")
    is_short = len(labels) > 2 and len(labels[-2]) <= _SHORT_SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3:] if is_short else labels[-2:])


def is_listed(host: str, names: Container[str]) -> bool:
    """Whether a host, in lower case, or a name above it is on a list; what begins with a dot lists only names below."""
    name = host
    while name:
        if name in names:
            return True
        name = name.partition(".")[2]
        if name and f".{name}" in names:
            return True
    return False
