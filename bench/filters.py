"""Two hundred filters that a person builds in the Explorer, from none to a pasted list, cheap and dear."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Tree = Mapping[str, Any]

_OPPOSITES = {
    "any_of": "none_of", "contains": "not_contains", "starts_with": "not_starts_with", "ends_with": "not_ends_with",
    "matches": "not_matches", "equals": "not_equals", "above": "below", "is_empty": "is_not_empty",
    "in_network": "not_in_network",
}  # fmt: skip

_PLAIN: tuple[tuple[str, str, tuple[object, ...]], ...] = (
    ("DeliveryAction", "any_of", ("Delivered",)),
    ("DeliveryAction", "any_of", ("Junked", "Blocked")),
    ("OriginalLocation", "any_of", ("Quarantine",)),
    ("OriginalLocation", "any_of", ("Inbox/folder",)),
    ("LatestLocation", "any_of", ("Quarantine",)),
    ("LatestLocation", "any_of", ("Junk folder", "Deleted items")),
    ("ThreatTypes", "any_of", ("Phish",)),
    ("ThreatTypes", "any_of", ("Malware",)),
    ("ThreatTypes", "any_of", ("Spam",)),
    ("ThreatTypes", "any_of", ("Phish", "Malware")),
    ("ThreatTypes", "is_empty", ()),
    ("DetectionMethods", "any_of", ("URL malicious reputation",)),
    ("DetectionMethods", "any_of", ("File detonation",)),
    ("DetectionMethods", "is_empty", ()),
    ("EmailDirection", "any_of", ("Inbound",)),
    ("EmailDirection", "any_of", ("Outbound", "Intra-org")),
    ("EmailActionPolicy", "any_of", ("Antispam",)),
    ("EmailAction", "any_of", ("Send to quarantine",)),
    ("PhishConfidence", "any_of", ("High",)),
    ("OrgLevelPolicy", "contains", ("simulation",)),
    ("OrgLevelAction", "any_of", ("Allow",)),
    ("UserLevelAction", "any_of", ("Block",)),
    ("SPF", "any_of", ("fail",)),
    ("DKIM", "any_of", ("none",)),
    ("DMARC", "any_of", ("fail",)),
    ("CompAuth", "any_of", ("fail",)),
    ("EmailLanguage", "any_of", ("nl",)),
    ("EmailLanguage", "any_of", ("en", "de", "fr")),
    ("Subject", "contains", ("invoice",)),
    ("Subject", "contains", ("password", "verify", "urgent")),
    ("Subject", "contains", ("zebra crossing",)),
    ("Subject", "starts_with", ("Re:",)),
    ("Subject", "ends_with", ("EUR",)),
    ("Subject", "matches", ("[0-9]{5} EUR$",)),
    ("Subject", "any_of", ("Reset your password after the outage",)),
    ("Subject", "is_empty", ()),
    ("SenderFromAddress", "any_of", ("hanna.doornkamp@northgate.example",)),
    ("SenderFromAddress", "contains", ("doornkamp",)),
    ("SenderFromAddress", "starts_with", ("no-reply", "noreply")),
    ("SenderFromDomain", "any_of", ("northgate.example",)),
    ("SenderFromDomain", "any_of", ("hansekai-terminal.example", "ostwind-reederei.example")),
    ("SenderFromDomain", "ends_with", (".test",)),
    ("SenderFromDomain", "contains", ("accounts",)),
    ("SenderFromDomain", "matches", ("^[a-z]+-[a-z]+\\.test$",)),
    ("SenderDisplayName", "contains", ("Golden",)),
    ("SenderMailFromDomain", "any_of", ("northgate.example",)),
    ("SenderMailFromAddress", "contains", ("bounce",)),
    ("SenderIPv4", "any_of", ("192.0.2.2",)),
    ("SenderIPv4", "starts_with", ("192.0.2.",)),
    ("SenderIPv4", "in_network", ("192.0.2.0/28",)),
    ("SenderIPv4", "in_network", ("198.51.100.0/24", "203.0.113.0/24")),
    ("SenderCountry", "any_of", ("(none)",)),
    ("RecipientEmailAddress", "any_of", ("hanna.doornkamp@northgate.example",)),
    ("RecipientEmailAddress", "contains", ("tavar",)),
    ("RecipientDomain", "any_of", ("northgate.example",)),
    ("DistributionList", "any_of", ("all.staff@northgate.example",)),
    ("InternetMessageId", "contains", ("northgate",)),
    ("NetworkMessageId", "starts_with", ("0000",)),
    ("BulkComplaintLevel", "above", (3,)),
    ("UrlCount", "above", (1,)),
    ("UrlCount", "equals", (0,)),
    ("AttachmentCount", "above", (0,)),
    ("Url", "contains", ("login",)),
    ("UrlDomain", "any_of", ("www.northgate.example",)),
    ("UrlDomain", "starts_with", ("login.",)),
    ("UrlDomainPath", "contains", ("portal",)),
    ("UrlPath", "contains", ("docs",)),
    ("UrlLocation", "any_of", ("QRCode",)),
    ("ClickAction", "any_of", ("ClickAllowed",)),
    ("AttachmentName", "contains", ("invoice",)),
    ("AttachmentType", "any_of", ("html",)),
    ("AttachmentExtension", "any_of", ("xlsx", "csv")),
    ("AttachmentSize", "above", (100_000,)),
    ("AttachmentSHA256", "any_of", ("0" * 64,)),
)
"""Conditions on one property each."""


def _one(name: str, operator: str, *values: object) -> Tree:
    return {"property": name, "operator": operator, "values": list(values)}


def _all(*items: Tree) -> Tree:
    return {"op": "all", "items": list(items)}


def _any(*items: Tree) -> Tree:
    return {"op": "any", "items": list(items)}


def _none(*items: Tree) -> Tree:
    return {"op": "none", "items": list(items)}


_INBOUND = _one("EmailDirection", "any_of", "Inbound")
_DELIVERED = _one("DeliveryAction", "any_of", "Delivered")
_MANY = [f"d{at}.example" for at in range(200)]

_GROUPS: Mapping[str, Tree] = MappingProxyType(
    {
        "none": _all(),
        "phish that arrived": _all(_one("ThreatTypes", "any_of", "Phish"), _DELIVERED),
        "not spam": _all(_one("ThreatTypes", "none_of", "Spam"), _INBOUND),
        "nested": _all(
            _INBOUND,
            _any(_one("Subject", "contains", "payment"), _one("SenderFromDomain", "contains", "portal")),
            _one("DeliveryAction", "none_of", "Blocked"),
        ),
        "none of three": _all(
            _INBOUND,
            _none(
                _one("ThreatTypes", "any_of", "Spam"),
                _one("Subject", "contains", "weekly"),
                _one("DMARC", "any_of", "pass"),
            ),
        ),
        "links or files": _any(_one("UrlDomain", "starts_with", "login."), _one("AttachmentType", "any_of", "html")),
        "200 domains": _all(_one("SenderFromDomain", "any_of", *_MANY)),
        "200 domains of links": _all(_one("UrlDomain", "any_of", *_MANY)),
        "200 indicators": _any(
            _one("SenderFromDomain", "any_of", *_MANY[:100]),
            _one("UrlDomain", "any_of", *_MANY[100:180]),
            _one("SenderIPv4", "any_of", *(f"203.0.113.{at}" for at in range(20))),
        ),
        "10,000 domains": _all(_one("SenderFromDomain", "any_of", *(f"d{at}.example" for at in range(10_000)))),
    }
)


def _said(item: Tree) -> str:
    return f"{item['property']} {item['operator']} {', '.join(map(str, item['values']))[:30]}".strip()


def _made() -> Iterator[tuple[str, Tree]]:
    """Groups; each condition by itself, its opposite, and either with mail that came in or arrived; two together."""
    yield from _GROUPS.items()
    plain = [_one(name, operator, *values) for name, operator, values in _PLAIN]
    for item in plain:
        yield _said(item), _all(item)
    for item in plain[:52]:
        turned = {**item, "operator": _OPPOSITES[item["operator"]]}
        yield _said(turned), _all(turned)
    for item in plain[26:66]:
        yield f"inbound, {_said(item)}", _all(_INBOUND, item)
    for first, second in zip(plain[:24], plain[42:66], strict=True):
        yield f"delivered, {_said(first)} or {_said(second)}", _all(_DELIVERED, _any(first, second))


FILTERS: Mapping[str, Tree] = MappingProxyType(dict(_made()))
"""By what they say."""
