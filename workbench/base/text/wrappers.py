"""Click wrappers of mail filters and redirectors of big sites, opened: pattern to decoder, as data.

Spellings are those seen in mail and in the vendors' own decoders. Nothing is asked of a network: a wrapper that holds
only a token (Mimecast, Inky) stays as it is, and the domain that it names is told as its claim.
"""

import base64
import re
from collections.abc import Callable, Mapping
from functools import partial
from html import unescape
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from ada_url import URL

from workbench.base.text.defang import refang
from workbench.base.text.url import LONGEST, WEB, host, parse, plain_host

DEEPEST = 16
"""Layers that are opened; a URL wrapped more often is left as it is written, whole."""

_PROOFPOINT_3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9\-_=]*)!", re.DOTALL)
_PROOFPOINT_TOKEN = re.compile(r"\*(?:\*([A-Za-z0-9\-_]))?")
_RUNS = {char: number for number, char in enumerate(ascii_uppercase + ascii_lowercase + digits + "-_", 2)}
_ONE_SLASH = re.compile(r"^([a-z][a-z0-9+.\-]*):/([^/])", re.IGNORECASE)
_CHECKPOINT = re.compile(r"/v2/(?:[^/]*/)?___(.+?)___", re.DOTALL)
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")
_AMP = re.compile(r"/amp/(s/)?([^/?#]+\.[^/?#]+.*)", re.DOTALL)
_SUFFIX = re.compile(r"(?:^|\.)([^.]+\.[^.]+)$")
_YAHOO = re.compile(r"/RU=([^/]+)/")
_DOMAIN = re.compile(r"(?:[a-z0-9\-]{1,63}\.)+[a-z0-9\-]{2,63}", re.IGNORECASE)
_CISCO = re.compile(r"/auth=[^/&]*[/&]url=([^&]*)", re.IGNORECASE)
_WITH_SCHEME = re.compile(r"\s*(?:https?|ftp):", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(
    r"(?:[a-z0-9\-_]{1,63}\.){1,8}[a-z][a-z0-9\-]{1,62}(?::\d{1,5})?(?:[/?#]|\Z)", re.IGNORECASE
)

Opener = Callable[[URL], str]


class Opened(NamedTuple):
    """A URL opened: the target, and the hosts of the layers that were taken off, outermost first."""

    target: str
    layers: tuple[str, ...] = ()


def unwrap(url: str) -> str:
    """The target behind click wrappers and redirectors; other URLs come back unchanged. Total and idempotent."""
    return open_layers(url).target


def open_layers(url: str) -> Opened:
    """Open a URL layer by layer; each layer makes it shorter. One of more than ``DEEPEST`` layers is left whole."""
    if not _may_be_wrapped(url):
        return Opened(url)
    target, layers = url, list[str]()
    while (layer := _layer(target)) is not None:
        if len(layers) == DEEPEST:
            return Opened(url)
        layers.append(layer[0])
        target = layer[1]
    return Opened(target, tuple(layers))


def hidden_domain(url: str) -> str:
    """The domain that a wrapper without a readable target claims to lead to; empty for everything else."""
    plain = plain_host(url)
    if plain and not f".{plain}".endswith(_HIDING):
        return ""
    parsed = _web(url)
    if parsed is None or not _name(parsed).endswith(_HIDING):
        return ""
    claimed = _query(parsed).get("domain", "").lower()
    return claimed if _DOMAIN.fullmatch(claimed) else ""


def _may_be_wrapped(url: str) -> bool:
    """Whether the host may be that of a wrapper, told without the parser."""
    if plain := plain_host(url):
        return ".".join(plain.rsplit(".", 2)[-2:]) in _WRAPPERS or "google." in plain
    lowered = url[:LONGEST].lower()
    return any(name in lowered for name in _NAMES)


def _layer(url: str) -> tuple[str, str] | None:
    """The host and the target of the outermost layer; None where there is none, or the target is no shorter."""
    parsed = _web(url)
    inner = _inner(parsed) if parsed else ""
    return (_name(parsed)[1:], inner) if parsed and inner and len(inner) < len(url) else None


def _web(url: str) -> URL | None:
    parsed = parse(url)
    return parsed if parsed and parsed.protocol in WEB else None


def _name(parsed: URL) -> str:
    return f".{parsed.hostname.rstrip('.')}"


def _inner(parsed: URL) -> str:
    name = _name(parsed)
    if _GOOGLE.fullmatch(name[1:]):
        return _google(parsed)
    found = _SUFFIX.search(name[1:])
    openers = _WRAPPERS.get(found[1] if found else "", ())
    return next((inner for suffix, opener in openers if name.endswith(suffix) and (inner := opener(parsed))), "")


def _argument(*names: str) -> Opener:
    """The target stands in one of these query parameters."""
    return partial(_from_query, names)


def _on(path: str, *names: str) -> Opener:
    """The same, on one path of a site that has others."""
    return lambda parsed: _from_query(names, parsed) if parsed.pathname.lower().startswith(path) else ""


def _from_query(names: tuple[str, ...], parsed: URL) -> str:
    values = _query(parsed)
    return next((target for name in names if (target := _target(values.get(name, "")))), "")


def _google(parsed: URL) -> str:
    if hit := _AMP.fullmatch(parsed.pathname):
        return _target(f"{'https' if hit[1] else 'http'}://{hit[2]}{parsed.search}")
    return _from_query(("q", "url"), parsed) if parsed.pathname == "/url" else ""


def _proofpoint(parsed: URL) -> str:
    if hit := _PROOFPOINT_3.match(unquote(f"{parsed.pathname}{parsed.search}{parsed.hash}")):
        return _proofpoint_3(hit[1], hit[2])
    coded = _query(parsed).get("u", "")
    if parsed.pathname.startswith("/v2/"):
        coded = unquote(coded.replace("-", "%").replace("_", "/"))
    return _target(unescape(coded))


def _proofpoint_3(text: str, coded: str) -> str:
    """Version 3 puts ``*`` for a character and ``**`` and a letter for a run of them, kept in base64 behind the URL."""
    kept = _base64(coded).decode("utf-8", "replace")
    at = 0

    def put_back(token: re.Match[str]) -> str:
        nonlocal at
        run = kept[at : at + (_RUNS[token[1]] if token[1] else 1)]
        at += len(run)
        return run or token[0]

    return _target(_ONE_SLASH.sub(r"\1://\2", _PROOFPOINT_TOKEN.sub(put_back, text)))


def _checkpoint(parsed: URL) -> str:
    hit = _CHECKPOINT.match(unquote(f"{parsed.pathname}{parsed.search}"))
    return _target(hit[1]) if hit else ""


def _safelinks(parsed: URL) -> str:
    """The target as it was written, which may lack the scheme that a browser puts before it."""
    written = _query(parsed).get("url", "")
    return _target(f"http://{written}" if _WITHOUT_SCHEME.match(written) else written)


def _cisco(parsed: URL) -> str:
    """The target is the last piece of the path, or stands behind ``url=`` in that of the outbreak filter."""
    if hit := _CISCO.match(f"{parsed.pathname}{parsed.search}"):
        return _target(unquote(hit[1]))
    return _target(unquote(parsed.pathname.rsplit("/", 1)[-1]))


def _yahoo(parsed: URL) -> str:
    hit = _YAHOO.search(parsed.pathname)
    return _target(unquote(hit[1])) if hit else ""


def _coded_query(name: str, skipped: int = 0) -> Opener:
    """The target stands in base64 in a query parameter, behind a mark of so many characters."""
    return lambda parsed: _target(_base64(_query(parsed).get(name, "")[skipped:]).decode("utf-8", "replace"))


def _coded_path(parsed: URL) -> str:
    found = (
        _target(_base64(piece).decode("utf-8", "replace")) for piece in parsed.pathname.split("/") if len(piece) > 8
    )
    return next(filter(None, found), "")


def _query(parsed: URL) -> Mapping[str, str]:
    return {name.lower(): values[0] for name, values in parse_qs(parsed.search.lstrip("?")).items()}


def _target(text: str) -> str:
    """What was unwrapped, where it is the address of a host on the web as browsers read it; else empty."""
    written = f"http://{text}" if text.startswith("www.") else text
    is_address = plain_host(written) or (_WITH_SCHEME.match(refang(written[:LONGEST])) and host(written))
    return written if is_address else ""


def _base64(text: str) -> bytes:
    kept = text.replace("+", "-").replace("/", "_").rstrip("=")
    try:
        return base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    except ValueError:
        return b""


_BY_HOST: tuple[tuple[str, Opener], ...] = (
    (".safelinks.protection.outlook.com", _safelinks),
    (".safelinks.protection.office365.us", _safelinks),
    (".safelinks.protection.partner.outlook.cn", _safelinks),
    (".statics.teams.cdn.office.net", _safelinks),
    (".urldefense.proofpoint.com", _proofpoint),
    (".urldefense.com", _proofpoint),
    (".urldefense.us", _proofpoint),
    (".clicktime.symantec.com", _argument("u")),
    (".clicktime.cloud.postoffice.net", _argument("u")),
    (".linkprotect.cudasvc.com", _argument("a")),
    (".secure-web.cisco.com", _cisco),
    (".protection.sophos.com", _coded_query("u")),
    (".fireeye.com", _argument("u")),
    (".trendmicro.com", _argument("url")),
    (".hornetsecurity.com", _argument("u", "url")),
    (".gravityzone.bitdefender.com", _coded_path),
    (".link.edgepilot.com", _argument("u")),
    (".urlsand.com", _argument("u")),
    (".scanmail.trustwave.com", _argument("u")),
    (".urlsand.esvalabs.com", _argument("u")),
    (".url.avanan.click", _checkpoint),
    (".protect.checkpoint.com", _checkpoint),
    (".linkedin.com", _on("/redir", "url")),
    (".linkedin.com", _on("/safety/go", "url")),
    (".l.facebook.com", _on("/l.php", "u")),
    (".lm.facebook.com", _on("/l.php", "u")),
    (".l.instagram.com", _argument("u")),
    (".youtube.com", _on("/redirect", "q")),
    (".bing.com", _coded_query("u", len("a1"))),
    (".googleadservices.com", _argument("adurl")),
    (".doubleclick.net", _argument("adurl")),
    (".slack-redir.net", _argument("url")),
    (".r.search.yahoo.com", _yahoo),
    (".duckduckgo.com", _on("/l/", "uddg")),
    (".vk.com", _on("/away.php", "to")),
)
"""Host suffix of a wrapper or redirector, and how it carries the target."""

_HIDING = (".mimecast.com", ".mimecastprotect.com", ".inky.com")
"""Host suffixes of wrappers whose target is kept at the vendor; they name its domain in the address."""


def _by_domain() -> dict[str, list[tuple[str, Opener]]]:
    found: dict[str, list[tuple[str, Opener]]] = {}
    for suffix, opener in _BY_HOST:
        found.setdefault(".".join(suffix.rsplit(".", 2)[-2:]), []).append((suffix, opener))
    return found


_WRAPPERS = _by_domain()
_NAMES = ("google", *(domain.partition(".")[0] for domain in _WRAPPERS))
