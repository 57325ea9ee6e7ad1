"""What the receiving system found out about the sender: SPF, DKIM, DMARC, composite result, ARC."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from workbench.intake.mail.arc import read_arc
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.headers import Header, Headers
from workbench.intake.mail.hops import address_of
from workbench.intake.mail.receiver import Receiver

_LONGEST = 4_000
_MOST = 20
_METHOD = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc|compauth|arc|iprev|auth|bimi)\s*=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b((?:smtp|header|policy|body)\.[a-z]+|action|reason)\s*=\s*\"?([^\s;()\"]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\(([^()]{0,500})\)")
_POLICY = re.compile(r"\bp=([a-z]+)", re.IGNORECASE)
_SENDER_IP = re.compile(r"\b(?:sender\s+ip\s+is|client-ip=|designates)\s*([0-9a-fA-F:.]+)", re.IGNORECASE)
_SERVER = re.compile(r"\s*([^\s;=()]+)(?:\s+\d+)?\s*;")
_SPF_RESULT = re.compile(r"\s*([a-z]+)", re.IGNORECASE)
_SPF_DOMAIN = re.compile(r"\bdomain of (?:transitioning )?(?:[^\s@]*@)?([^\s:;()]+)", re.IGNORECASE)
_NAMES = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "compauth": "CompAuth"}

Bag = dict[str, object]


class Authentication(NamedTuple):
    """Results believed: ``details`` as the hunting schema has them, ``facts`` in full; ``address`` the IP judged."""

    details: dict[str, str]
    facts: Bag
    address: str


def read_authentication(headers: Headers, receiver: Receiver, faults: Faults) -> Authentication:
    """Read the receiver's Authentication-Results, else its Received-SPF; ARC and the sender's own are facts only."""
    believed, source = _believed(headers, receiver, "Authentication-Results")
    spf_lines, _ = _believed(headers, receiver, "Received-SPF")
    results = _merged([_results(entry.value[:_LONGEST]) for entry in believed])
    if not believed and headers.first("Authentication-Results"):
        faults.add("header Authentication-Results", "not written by the receiving system, not believed")
    received_spf = _received_spf(spf_lines[0].value[:_LONGEST]) if spf_lines else {}
    if received_spf and not results["spf"]:
        results["spf"] = [received_spf]
    details = {_NAMES[method]: _overall(found) for method, found in results.items() if found and method in _NAMES}
    facts = _facts(results, believed[0].value if believed else "", source if believed else "none")
    validated = _overall(results["arc"]) if results["arc"] else ""
    facts |= {"received_spf": received_spf or None, "arc": read_arc(headers, _short, validated)}
    return Authentication(details, facts, _address([*believed, *spf_lines]))


def _believed(headers: Headers, receiver: Receiver, name: str) -> tuple[list[Header], str]:
    """Lines above the border, or at it: the first run of lines below that name the receiver's own host."""
    found = headers.all(name)[:_MOST]
    above = [entry for entry in found if receiver.wrote(entry)]
    if above:
        return [entry for entry in above if _server(entry) == _server(above[0])], "above the receiving hop"
    named = [entry for entry in found if receiver.is_next(entry, [_server(entry), *_comment_hosts(entry)])]
    return [entry for entry in named if _server(entry) == _server(named[0])], "named after the receiving host"


def _server(entry: Header) -> str:
    found = _SERVER.match(entry.value)
    return found[1].lower() if found else ""


def _comment_hosts(entry: Header) -> Iterator[str]:
    """``pass (google.com: domain of ...)``: Received-SPF names its writer in the comment or as ``receiver=``."""
    if entry.name == "received-spf":
        for pattern in (r"\(([a-z0-9.\-]+\.[a-z]+):", r"\breceiver=([a-z0-9.\-]+)"):
            yield from (hit.lower() for hit in re.findall(pattern, entry.value[:_LONGEST], re.IGNORECASE)[:1])


def _results(value: str) -> dict[str, list[Bag]]:
    found: dict[str, list[Bag]] = {}
    bare = _COMMENT.sub(lambda hit: " " * len(hit[0]), value)
    methods = list(islice(_METHOD.finditer(bare), _MOST))
    for number, hit in enumerate(methods):
        end = methods[number + 1].start(1) if number + 1 < len(methods) else len(value)
        found.setdefault(hit[1].lower(), []).append(_one(hit[2].lower(), value[hit.end() : end]))
    return found


def _one(result: str, tail: str) -> Bag:
    """One result with its properties, each under its last name, and the comment as the reason."""
    comment = _COMMENT.search(tail)
    properties = {name.lower(): value for name, value in _PROPERTY.findall(tail)}
    policy = _POLICY.search(tail)
    one: Bag = {"result": result}
    named = {
        "domain": properties.get("smtp.mailfrom") or properties.get("header.d") or properties.get("header.from"),
        "helo": properties.get("smtp.helo"),
        "identity": properties.get("header.i"),
        "selector": properties.get("header.s"),
        "action": properties.get("action"),
        "policy": policy[1].lower() if policy else None,
        "code": properties.get("reason"),
        "reason": " ".join(comment[1].split()) if comment else None,
    }
    return one | {name: value for name, value in named.items() if value}


def _merged(several: list[dict[str, list[Bag]]]) -> dict[str, list[Bag]]:
    """Of a method reported in several lines the first line counts; every DKIM signature counts."""
    merged: dict[str, list[Bag]] = {method: [] for method in (*_NAMES, "arc", "iprev", "auth", "bimi")}
    for results in several:
        for method, found in results.items():
            if method == "dkim" or not merged[method]:
                merged[method] += found
    return merged


def _overall(found: list[Bag]) -> str:
    results = [str(one["result"]) for one in found]
    return "pass" if "pass" in results else results[0]


def _facts(results: dict[str, list[Bag]], value: str, source: str) -> Bag:
    server = _SERVER.match(value)
    facts: Bag = {"source": source, "server": server[1].lower() if server else ""}
    for method, found in results.items():
        if method == "dkim":
            facts[method] = found
        elif found:
            facts[method] = found[0]
    return facts


def _received_spf(value: str) -> Bag:
    result = _SPF_RESULT.match(value)
    if result is None:
        return {}
    domain, address, comment = _SPF_DOMAIN.search(value), _SENDER_IP.search(value), _COMMENT.search(value)
    named = {
        "domain": domain[1].lower() if domain else None,
        "address": address_of(address[1]) if address else None,
        "reason": " ".join(comment[1].split()) if comment else None,
    }
    return {"result": result[1].lower()} | {name: text for name, text in named.items() if text}


def _short(value: str) -> dict[str, str]:
    return {method: _overall(found) for method, found in _results(value).items()}


def _address(entries: list[Header]) -> str:
    found = (_SENDER_IP.search(entry.value[:_LONGEST]) for entry in entries)
    return next((address for hit in found if hit and (address := address_of(hit[1]))), "")
