"""URLs as browsers read them: one canonical form, the host, and the real target behind click wrappers.

Parsing follows the WHATWG URL standard (through ada-url), the rules a victim's browser applies: backslashes are
slashes, tabs vanish, ``0x7f.1`` is 127.0.0.1, and what stands before ``@`` is not the host.
"""

import base64
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote

from ada_url import URL

from workbench.base.text.defang import refang

LONGEST = 8192
"""Characters of a URL that are read; the rest is dropped before parsing."""

DEEPEST = 8
"""Wrappers inside wrappers that are opened."""

_WEB = frozenset({"http:", "https:", "ftp:"})
_BREAKS = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")
_PROOFPOINT_3 = re.compile(r"^/v3/__(.+?)__;([A-Za-z0-9\-_]*)!", re.DOTALL)


def canonical(url: str) -> str:
    """One spelling for every way to write the same web address; total and idempotent.

    Scheme-less text is read as ``http://``. Host in lower case and punycode, default port, credentials, fragment and
    the final dot of the host dropped. What no browser would open comes back stripped and in lower case.
    """
    parsed = _parse(url)
    if parsed is None or parsed.protocol not in _WEB:
        return _BLANKS.sub("", refang(url[:LONGEST])).lower()
    host = parsed.hostname.rstrip(".")
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.protocol}//{host}{port}{parsed.pathname}{parsed.search}"


def host(url: str) -> str:
    """The host in lower case and punycode, without brackets, port and final dot; empty where there is none."""
    parsed = _parse(url)
    return parsed.hostname.strip("[]").rstrip(".") if parsed else ""


def unwrap(url: str) -> str:
    """The target behind the click wrappers of mail filters, opened up to eight deep; other URLs come back unchanged."""
    for _ in range(DEEPEST):
        inner = _inner(url)
        if not inner or inner == url:
            break
        url = inner
    return url


def unicode_host(name: str) -> str:
    """A punycode host as people read it; unchanged where a label cannot be decoded."""
    try:
        return ".".join(
            label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
            for label in name.split(".")
        )
    except (UnicodeError, ValueError):
        return name


def _parse(url: str) -> URL | None:
    text = _BREAKS.sub("", refang(url[:LONGEST]))
    try:
        return URL(text if _SCHEME.match(text) else f"http://{text.lstrip('/')}")
    except ValueError:
        return None


def _inner(url: str) -> str:
    parsed = _parse(url)
    if parsed is None:
        return ""
    for suffix, opener in _WRAPPERS.items():
        if parsed.hostname == suffix.lstrip(".") or parsed.hostname.endswith(suffix):
            return opener(parsed)
    return ""


def _argument(name: str) -> Callable[[URL], str]:
    def read(parsed: URL) -> str:
        found = parse_qs(parsed.search.lstrip("?")).get(name, [""])[0]
        return found if "://" in found or found.startswith("www.") else ""

    return read


def _proofpoint(parsed: URL) -> str:
    if hit := _PROOFPOINT_3.match(unquote(parsed.pathname)):
        return _proofpoint_3(hit[1], hit[2])
    coded = parse_qs(parsed.search.lstrip("?")).get("u", [""])[0]
    if parsed.pathname.startswith("/v2/"):
        coded = unquote(coded.replace("-", "%").replace("_", "/"))
    return coded if "://" in coded else ""


def _proofpoint_3(text: str, coded: str) -> str:
    """Version 3 replaces characters by ``*`` and keeps them, base64, behind the URL."""
    kept = _base64(coded).decode("utf-8", "replace")
    filled = iter(kept)
    inner = "".join(next(filled, char) if char == "*" else char for char in text)
    return re.sub(r"^(https?):/([^/])", r"\1://\2", inner)


def _in_path(parsed: URL) -> str:
    tail = unquote(parsed.pathname.rsplit("/", 1)[-1])
    return tail if "://" in tail else ""


def _sophos(parsed: URL) -> str:
    coded = parse_qs(parsed.search.lstrip("?")).get("u", [""])[0]
    inner = _base64(coded).decode("utf-8", "replace")
    return inner if "://" in inner else ""


def _base64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


_WRAPPERS: dict[str, Callable[[URL], str]] = {
    ".safelinks.protection.outlook.com": _argument("url"),
    ".urldefense.proofpoint.com": _proofpoint,
    ".urldefense.com": _proofpoint,
    ".clicktime.symantec.com": _argument("u"),
    ".linkprotect.cudasvc.com": _argument("a"),
    ".secure-web.cisco.com": _in_path,
    ".protection.sophos.com": _sophos,
    ".fireeye.com": _argument("u"),
    ".google.com": _argument("q"),
}
