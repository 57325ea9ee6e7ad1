"""The ARC chain (RFC 8617): who passed the message on, and what each of them found out, as they claim it.

No signature is checked here. The chain is believed where the receiving system itself found it valid.
"""

import re
from collections.abc import Callable
from itertools import islice

from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hosts import organisation

MOST_SETS = 50
"""Sets of a chain, as the standard bounds it."""

_SEALERS = (
    "google.com microsoft.com outlook.com amazonses.com fastmail.com messagingengine.com protonmail.ch zoho.com "
    "yahoo.com icloud.com mailgun.org pphosted.com mimecast.com cloudflare-email.net"
)
SEALERS = frozenset(_SEALERS.split())
"""Domains of large services that seal what they pass on."""

_LONGEST = 4_000
_INSTANCE = re.compile(r"\bi\s*=\s*(\d{1,3})\b")
_CHAIN = re.compile(r"\bcv\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]{1,255})", re.IGNORECASE)
_SERVER = re.compile(r"\s*([^\s;=()]+)(?:\s+\d+)?\s*;")

Bag = dict[str, object]


def read_arc(headers: Headers, results_of: Callable[[str], dict[str, str]], validated: str) -> Bag | None:
    """The chain, oldest set first; None where there is none.

    ``results_of`` reads the results in a header's value; ``validated`` is what the receiver's own
    Authentication-Results say of ARC. ``chain`` is what the newest seal claims, ``gap`` whether a set is missing.
    """
    found = _by_instance(headers, "ARC-Authentication-Results")
    seals = _by_instance(headers, "ARC-Seal")
    numbers = sorted({*found, *seals})
    if not numbers:
        return None
    sets = [_one(number, found.get(number), seals.get(number), results_of) for number in islice(numbers, MOST_SETS)]
    last = sets[-1]
    known = organisation(str(last["sealer"])) in SEALERS
    return {
        "instance": last["instance"],
        "server": last["server"],
        "chain": last["chain"],
        "results": last["results"],
        "sets": sets,
        "gap": numbers != list(range(1, len(numbers) + 1)),
        "sealer_known": known,
        "validity": f"{validated}, as the receiver found" if validated else "not evaluated: signatures are not checked",
        "believed": known and validated == "pass",
    }


def _by_instance(headers: Headers, name: str) -> dict[int, Header]:
    """The topmost header of each instance."""
    by_instance: dict[int, Header] = {}
    for entry in headers.all(name)[: 2 * MOST_SETS]:
        number = _INSTANCE.search(entry.value[:_LONGEST])
        if number:
            by_instance.setdefault(int(number[1]), entry)
    return by_instance


def _one(instance: int, found: Header | None, seal: Header | None, results_of: Callable[[str], dict[str, str]]) -> Bag:
    _, _, value = found.value[:_LONGEST].partition(";") if found else ("", "", "")
    sealed = seal.value[:_LONGEST] if seal else ""
    server, chain, domain = _SERVER.match(value), _CHAIN.search(sealed), _DOMAIN.search(sealed)
    return {
        "instance": instance,
        "server": server[1].lower() if server else "",
        "sealer": domain[1].lower() if domain else "",
        "chain": chain[1].lower() if chain else "",
        "results": results_of(f";{value}"),
    }
