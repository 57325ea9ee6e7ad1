"""The bag of body features: counts and short defanged samples from which signals are told. Facts, no verdict."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from workbench.base.text.defang import defang
from workbench.base.text.look import odd_characters
from workbench.base.text.wrappers import hidden_domain
from workbench.intake.mail.attachments import Attachment, describe
from workbench.intake.mail.body import Body
from workbench.intake.mail.codes import Codes
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.hops import address_of
from workbench.intake.mail.hosts import is_listed, organisation
from workbench.intake.mail.invites import Invite
from workbench.intake.mail.limits import LONGEST_SAMPLE, LONGEST_TEXT, MOST_SAMPLES
from workbench.intake.mail.markup import Html
from workbench.intake.mail.phrases import count_phrases
from workbench.intake.mail.urls import BODY, QR_CODE, RESOURCE, Url, scheme_of

VERSION = 1
"""Raised when a name or meaning in the bag changes."""

_SHOWN_HOST = re.compile(r"^\W*(https?://)?((?:[a-z0-9\-]+\.)+([a-z]{2,18}))(?=[/:?#\s]|\W*$)", re.IGNORECASE)
_FILES = "pdf doc docx xls xlsx ppt pptx txt csv jpg jpeg png gif html htm php asp aspx zip rar exe mp3 mp4 eml msg"
_FILE_ENDINGS = frozenset(_FILES.split())
_PHONE = re.compile(r"[+(\d](?<![\w.,/#-].)\(?\d(?:[\s().\-\u2010-\u2015]{0,2}\d){7,14}(?![\w/])", re.DOTALL)
_ETHEREUM = re.compile(r"\b0x[0-9a-fA-F]{40}\b")
_BITCOIN_SEGWIT = re.compile(r"\bbc1[ac-hj-np-z02-9]{25,59}\b", re.IGNORECASE)
_BASE58 = re.compile(r"[13T](?<![A-Za-z0-9/=+].)[1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9/=+])")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_TOKEN = re.compile(r"[A-Za-z0-9+/_\-]{8,400}")
_SMUGGLING = {
    "blob": ("new blob(", "createobjecturl"),
    "decode": ("atob(", "fromcharcode", "unescape("),
    "download": ("download=", ".download", "mssaveoropenblob"),
}
_FEW_WORDS = 20
_MOST_CHECKED = 200

Bag = dict[str, object]


@dataclass(frozen=True)
class Told:
    """What the rest of the message says that bears on the body."""

    bare: str
    """The skeleton of the visible text."""
    recipients: Sequence[str]
    reply: bool
    """Whether the subject says that it answers something."""
    references: bool
    """Whether the headers do."""
    shorteners: frozenset[str] | None
    """Hosts that shorten links; None where nobody gave a list."""


def body_features(
    body: Body, urls: Sequence[Url], files: Sequence[Attachment], told: Told, *, codes: Codes, faults: Faults
) -> Bag:
    """The whole bag; what could not be evaluated is null, and a fault says why."""
    text = body.seen[:LONGEST_TEXT]
    few = len(text.split(maxsplit=_FEW_WORDS)) < _FEW_WORDS
    makers: dict[str, Callable[[], object]] = {
        "text": lambda: _text(body, text),
        "phrases": lambda: count_phrases(told.bare),
        "crypto": lambda: _samples(_crypto(text)),
        "phones": lambda: len(_PHONE.findall(text)),
        "thread": lambda: {"reply": told.reply, "references": told.references},
        "links": lambda: _links(body, urls, told),
        "forms": lambda: _forms([*body.pages, *body.attached_pages], urls),
        "images": lambda: _images(body, urls, files),
        "image_only": lambda: few and _has_images(body, files),
        "scripts": lambda: sum(page.scripts for page in (*body.pages, *body.attached_pages)),
        "smuggling": lambda: _smuggling(body.sources),
        "attachments": lambda: [describe(file, faults) for file in files],
        "invites": lambda: [_invite(invite) for invite in (*body.invites, *body.attached_invites)[:MOST_SAMPLES]],
        "qr": lambda: _qr(codes, urls),
    }
    bag = {name: guarded(faults, f"body ({name})", make, None) for name, make in makers.items()}
    return {"version": VERSION, **bag}


def mismatched(url: Url) -> tuple[str, str] | None:
    """The host that an anchor shows and the other one it leads to; None where it shows none, or the same."""
    shown = _SHOWN_HOST.match(url.shown[:LONGEST_TEXT].strip()) if url.kind == "link" else None
    if shown is None or (not shown[1] and shown[3].lower() in _FILE_ENDINGS):
        return None
    name = shown[2].lower()
    return None if organisation(name) == organisation(url.host) else (name, url.host)


def _text(body: Body, text: str) -> Bag:
    return {
        "source": body.source,
        "characters": len(text),
        "words": len(text.split()),
        "hidden": sum(page.hidden for page in body.pages),
        "scanned": any(page.scanned for page in body.pages),
        **odd_characters(text),
    }


def _links(body: Body, urls: Sequence[Url], told: Told) -> Bag:
    links = [url for url in urls if url.location != RESOURCE]
    written = [link.url for page in body.pages for link in page.links if link.kind == "link"]
    schemes = [scheme_of(each) for each in written]
    plain, coded = _recipients_in(links, told.recipients)
    hosts = list(dict.fromkeys(url.host for url in links))
    pairs = dict.fromkeys(pair for url in links if (pair := mismatched(url)))
    return {
        "count": sum(1 for url in links if url.location == BODY),
        "hosts": len(hosts),
        "mismatched": [{"shown": _sample(shown), "target": _sample(target)} for shown, target in pairs][:MOST_SAMPLES],
        "mismatched_count": len(pairs),
        "ip": _samples(host for host in hosts if address_of(host)),
        "punycode": _samples(host for host in hosts if "xn--" in host),
        "shorteners": None if told.shorteners is None else _samples(_listed(hosts, told.shorteners)),
        "wrapped": sum(1 for url in links if url.wrappers),
        "wrappers": _samples(wrapper for url in links for wrapper in url.wrappers),
        "opened": [_opened(url) for url in links if url.wrappers][:MOST_SAMPLES],
        "hiding": _samples(domain for url in links if (domain := hidden_domain(url.url))),
        "credentials": sum(1 for url in links if "@" in url.url.partition("//")[2].partition("/")[0]),
        "recipient_plain": plain,
        "recipient_coded": coded,
        "data": schemes.count("data"),
        "javascript": schemes.count("javascript") + schemes.count("vbscript"),
        "file": schemes.count("file"),
        "mailto": schemes.count("mailto"),
        "phone": schemes.count("tel"),
    }


def _listed(hosts: Iterable[str], names: frozenset[str]) -> Iterator[str]:
    return (host for host in hosts if is_listed(host, names))


def _opened(url: Url) -> Bag:
    return {"written": _sample(url.written), "layers": list(url.wrappers), "target": _sample(url.host)}


def _recipients_in(links: Iterable[Url], recipients: Sequence[str]) -> tuple[int, int]:
    """URLs that carry a recipient's address as it is, and those that carry it in base64."""
    wanted = [address.lower() for address in recipients[:MOST_SAMPLES] if "@" in address]
    shortest = min(map(len, wanted), default=0)
    plain = coded = 0
    for url in list(links)[:_MOST_CHECKED] if wanted else ():
        text = unquote(url.url).lower()
        if any(address in text for address in wanted):
            plain += 1
            continue
        tokens = (token for token in _TOKEN.findall(url.url) if 3 * len(token) >= 4 * shortest)
        if any(address in decoded for decoded in map(_from_base64, tokens) for address in wanted):
            coded += 1
    return plain, coded


def _from_base64(token: str) -> str:
    kept = token.replace("-", "+").replace("_", "/")
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("latin-1").lower()


def _forms(pages: Iterable[Html], urls: Sequence[Url]) -> Bag:
    pages = list(pages)
    actions = dict.fromkeys(url.host for url in urls if url.kind == "form")
    return {
        "count": sum(1 for page in pages for link in page.links if link.kind == "form"),
        "hosts": _samples(actions),
        "passwords": sum(page.passwords for page in pages),
    }


def _images(body: Body, urls: Sequence[Url], files: Sequence[Attachment]) -> Bag:
    schemes = [scheme_of(link.url) for page in body.pages for link in page.links if link.kind == "image"]
    return {
        "external": sum(1 for url in urls if url.kind == "image"),
        "embedded": schemes.count("data"),
        "content_id": schemes.count("cid"),
        "attached": sum(1 for file in files if file.sniffed in {"png", "jpg", "gif", "bmp", "tif"}),
    }


def _has_images(body: Body, files: Sequence[Attachment]) -> bool:
    attached = any(file.part.kind.startswith("image/") for file in files)
    return attached or any(link.kind == "image" for page in body.pages for link in page.links)


def _invite(invite: Invite) -> Bag:
    return {"method": invite.method, "organizer": _sample(invite.organizer), "attendees": invite.attendees}


def _qr(codes: Codes, urls: Sequence[Url]) -> Bag | None:
    """Codes and the hosts they lead to; null where no picture could be searched though there are some."""
    if codes.passed and not codes.pictures:
        return None
    return {
        "pictures": codes.pictures,
        "not_evaluated": codes.passed,
        "codes": len(codes.texts),
        "unreadable": codes.unreadable,
        "hosts": _samples(url.host for url in urls if url.location == QR_CODE),
    }


def _crypto(text: str) -> list[str]:
    found = _ETHEREUM.findall(text) if "0x" in text else []
    found += _BITCOIN_SEGWIT.findall(text) if "bc1" in text.lower() else []
    return found + [each for each in _BASE58.findall(text)[:_MOST_CHECKED] if _is_base58_address(each)]


def _is_base58_address(text: str) -> bool:
    """Whether the last four bytes are the checksum of the rest, as in Bitcoin and Tron addresses."""
    number = 0
    for char in text:
        number = number * 58 + _ALPHABET.index(char)
    data = number.to_bytes(max(25, (number.bit_length() + 7) // 8), "big")
    return len(data) == 25 and sha256(sha256(data[:21]).digest()).digest()[:4] == data[21:]


def _smuggling(sources: Iterable[str]) -> Bag:
    """Marks of scripts that build a file in the reader's browser, over the HTML of message and attachments."""
    lowered = "\n".join(sources).lower()
    return {name: any(mark in lowered for mark in marks) for name, marks in _SMUGGLING.items()}


def _samples(values: Iterable[str]) -> Bag:
    each = list(dict.fromkeys(values))
    return {"count": len(each), "samples": [_sample(value) for value in each[:MOST_SAMPLES]]}


def _sample(value: str) -> str:
    return defang(value)[:LONGEST_SAMPLE]
