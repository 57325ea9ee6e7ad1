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

_ROUNDS = 8
_WEB = frozenset({"http:", "https:", "ftp:"})
_BREAKS = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")
_SETTLED = re.compile(
    r"(?:https?|ftp)://(?:(?:[a-z0-9\-]+\.)*[a-z][a-z0-9\-]*|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?/[^\[\](){}<>]*"
)
_PROOFPOINT_3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9\-_]*)!", re.DOTALL)
_CHECKPOINT = re.compile(r"/v2/(?:[^/]*/)?___(.+?)___", re.DOTALL)
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")
_SUFFIX = re.compile(r"(?:^|\.)([^.]+\.[^.]+)$")


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
    parsed = _parse(url)
    return parsed.hostname.strip("[]").rstrip(".") if parsed else ""


def unwrap(url: str) -> str:
    """The target behind the click wrappers of mail filters, opened up to eight deep; other URLs come back unchanged."""
    lowered = url[:LONGEST].lower()
    for _ in range(DEEPEST if any(name in lowered for name in _NAMES) else 0):
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


def _canonical(url: str) -> tuple[str, bool]:
    """One round, and whether another one surely changes nothing."""
    parsed = _parse(url)
    if parsed is None or parsed.protocol not in _WEB:
        return _BLANKS.sub("", refang(url[:LONGEST])).lower(), False
    host = parsed.hostname.rstrip(".")
    port = f":{parsed.port}" if parsed.port else ""
    form = f"{parsed.protocol}//{host}{port}{parsed.pathname}{parsed.search}"
    return form[:LONGEST], len(form) <= LONGEST and bool(_SETTLED.fullmatch(form))


def _parse(url: str) -> URL | None:
    text = _BREAKS.sub("", refang(url[:LONGEST]))
    try:
        return URL(text if _SCHEME.match(text) else f"http://{text.lstrip('/')}")
    except ValueError:
        return None


def _inner(url: str) -> str:
    parsed = _parse(url)
    if parsed is None or parsed.protocol not in _WEB:
        return ""
    name = parsed.hostname.rstrip(".")
    if _GOOGLE.fullmatch(name):
        return _google(parsed)
    for suffix, opener in _WRAPPERS.get(_tail(name), ()):
        if f".{name}".endswith(suffix):
            return opener(parsed)
    return ""


def _tail(name: str) -> str:
    found = _SUFFIX.search(name)
    return found[1] if found else name


def _argument(*names: str) -> Callable[[URL], str]:
    def read(parsed: URL) -> str:
        values = _query(parsed)
        return next((target for name in names if (target := _target(values.get(name, "")))), "")

    return read


def _google(parsed: URL) -> str:
    return _argument("q", "url")(parsed) if parsed.pathname == "/url" else ""


def _proofpoint(parsed: URL) -> str:
    if hit := _PROOFPOINT_3.match(unquote(parsed.pathname)):
        return _proofpoint_3(hit[1], hit[2])
    coded = _query(parsed).get("u", "")
    if parsed.pathname.startswith("/v2/"):
        coded = unquote(coded.replace("-", "%").replace("_", "/"))
    return _target(coded)


def _proofpoint_3(text: str, coded: str) -> str:
    """Version 3 replaces characters by ``*`` and keeps them, base64, behind the URL."""
    kept = _base64(coded).decode("utf-8", "replace")
    filled = iter(kept)
    inner = "".join(next(filled, char) if char == "*" else char for char in text)
    return re.sub(r"^(https?):/([^/])", r"\1://\2", inner)


def _checkpoint(parsed: URL) -> str:
    hit = _CHECKPOINT.match(unquote(f"{parsed.pathname}{parsed.search}"))
    return _target(hit[1]) if hit else ""


def _in_path(parsed: URL) -> str:
    return _target(unquote(parsed.pathname.rsplit("/", 1)[-1]))


def _sophos(parsed: URL) -> str:
    return _target(_base64(_query(parsed).get("u", "")).decode("utf-8", "replace"))


def _query(parsed: URL) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(parsed.search.lstrip("?")).items()}


def _target(text: str) -> str:
    return text if "://" in text or text.startswith("www.") else ""


def _base64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


_WRAPPERS: dict[str, tuple[tuple[str, Callable[[URL], str]], ...]] = {
    "outlook.com": ((".safelinks.protection.outlook.com", _argument("url")),),
    "office365.us": ((".safelinks.protection.office365.us", _argument("url")),),
    "office.net": ((".statics.teams.cdn.office.net", _argument("url")),),
    "proofpoint.com": ((".urldefense.proofpoint.com", _proofpoint),),
    "urldefense.com": ((".urldefense.com", _proofpoint),),
    "urldefense.us": ((".urldefense.us", _proofpoint),),
    "symantec.com": ((".clicktime.symantec.com", _argument("u")),),
    "cudasvc.com": ((".linkprotect.cudasvc.com", _argument("a")),),
    "cisco.com": ((".secure-web.cisco.com", _in_path),),
    "sophos.com": ((".protection.sophos.com", _sophos),),
    "fireeye.com": ((".fireeye.com", _argument("u")),),
    "trendmicro.com": ((".trendmicro.com", _argument("url")),),
    "edgepilot.com": ((".link.edgepilot.com", _argument("u")),),
    "urlsand.com": ((".urlsand.com", _argument("u")),),
    "avanan.click": ((".url.avanan.click", _checkpoint),),
    "checkpoint.com": ((".protect.checkpoint.com", _checkpoint),),
}
"""Registered domain of a click wrapper to its host suffixes and how each carries the target."""

_NAMES = ("google", *(domain.partition(".")[0] for domain in _WRAPPERS))
