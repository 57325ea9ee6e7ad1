"""URLs as browsers read them: one canonical form, and the host.

Parsing follows the WHATWG URL standard (through ada-url), the rules a victim's browser applies: backslashes are
slashes, tabs vanish, ``0x7f.1`` is 127.0.0.1, and what stands before ``@`` is not the host.
"""

import re

from ada_url import URL

from workbench.base.text.defang import refang

LONGEST = 8192
"""Characters of a URL that are read; the rest is dropped before parsing."""

WEB = frozenset({"http:", "https:", "ftp:"})
"""Schemes of addresses that a browser fetches."""

_ROUNDS = 8
_BREAKS = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")
_SETTLED = re.compile(
    r"(?:https?|ftp)://(?:(?:[a-z0-9\-]+\.)*[a-z][a-z0-9\-]*|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?/[^\[\](){}<>]*"
)
_PLAIN = re.compile(
    r"https?://((?:(?!xn--)[a-z0-9\-]{1,63}\.){1,8}(?!xn--)[a-z][a-z0-9\-]{0,62})(?:[/?#]|\Z)", re.IGNORECASE
)


def canonical(url: str) -> str:
    """One spelling for every way to write the same web address; total and idempotent.

    Scheme-less text is read as ``http://``. Host in lower case and punycode, default port, credentials, fragment and
    the final dot of the host dropped. What no browser would open comes back stripped and in lower case.
    """
    form, settled = _canonical(url)
    for _ in range(_ROUNDS):
        if settled:
            break
        before = form
        form, settled = _canonical(form)
        settled = settled or form == before
    return form


def host(url: str) -> str:
    """The host in lower case and punycode, without brackets, port and final dot; empty where there is none."""
    if plain := plain_host(url):
        return plain
    parsed = parse(url)
    return parsed.hostname.strip("[]").rstrip(".") if parsed else ""


def plain_host(url: str) -> str:
    """The host of a web address that every rule reads alike: ASCII letters, digits and hyphens; empty for all others.

    What needs no parser: most addresses of mail.
    """
    found = _PLAIN.match(url) if url.isascii() else None
    return found[1].lower() if found else ""


def unicode_host(name: str) -> str:
    """A punycode host as people read it; unchanged where a label cannot be decoded."""
    try:
        return ".".join(
            label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
            for label in name.split(".")
        )
    except (UnicodeError, ValueError):
        return name


def _canonical(url: str) -> tuple[str, bool]:
    """One round, and whether another one surely changes nothing."""
    parsed = parse(url)
    if parsed is None or parsed.protocol not in WEB:
        return _BLANKS.sub("", refang(url[:LONGEST])).lower(), False
    host = parsed.hostname.rstrip(".")
    port = f":{parsed.port}" if parsed.port else ""
    form = f"{parsed.protocol}//{host}{port}{parsed.pathname}{parsed.search}"
    return form[:LONGEST], len(form) <= LONGEST and bool(_SETTLED.fullmatch(form))


def parse(url: str) -> URL | None:
    """A URL as a browser reads it, ``http://`` put before text without a scheme; None for what no browser opens."""
    text = _BREAKS.sub("", refang(url[:LONGEST]))
    try:
        return URL(text if _SCHEME.match(text) else f"http://{text.lstrip('/')}")
    except ValueError:
        return None
