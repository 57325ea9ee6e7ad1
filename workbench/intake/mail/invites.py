"""Invitations (iCalendar, RFC 5545): who invites, and every text of them in which an address may stand."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from workbench.intake.mail.addresses import first_address
from workbench.intake.mail.limits import LONGEST_TEXT, MOST_LINKS

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"^([A-Za-z0-9\-]{1,60})((?:;[^:\"\n]{0,500}(?:\"[^\"\n]{0,2000}\"[^:\"\n]{0,500}){0,20})?):(.*)$", re.MULTILINE
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_PAGE = "X-ALT-DESC"
_PARAMETER_ADDRESS = re.compile(r"ALTREP=\"([^\"]{1,2000})\"", re.IGNORECASE)


class Invite(NamedTuple):
    """One calendar object: ``texts`` and ``pages`` (HTML) hold whatever an address can stand in."""

    method: str = ""
    organizer: str = ""
    attendees: int = 0
    texts: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def read_invite(source: str) -> Invite:
    """Read a calendar object leniently: lines unfolded and unescaped; what is no property is passed over."""
    method, organizer, attendees = "", "", 0
    texts, pages = list[str](), list[str]()
    for name, parameters, value in islice(_properties(source), MOST_LINKS):
        if name == "METHOD":
            method = method or value.strip().upper()[:20]
        elif name == "ORGANIZER":
            organizer = organizer or first_address(value.partition(":")[2] or value)
        elif name == "ATTENDEE":
            attendees += 1
        elif name == _PAGE or "text/html" in parameters.lower():
            pages.append(value)
        else:
            texts += [value, *_PARAMETER_ADDRESS.findall(parameters)]
    return Invite(method, organizer, attendees, tuple(texts), tuple(pages))


def _properties(source: str) -> Iterator[tuple[str, str, str]]:
    unfolded = _FOLD.sub("", source[:LONGEST_TEXT])
    for line in _LINE.finditer(unfolded):
        yield (
            line[1].upper(),
            line[2],
            _ESCAPED.sub(lambda hit: "\n" if hit[1] in "nN" else hit[1], line[3].rstrip("\r")),
        )
