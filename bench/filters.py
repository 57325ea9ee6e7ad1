"""A fixed list of filters a person builds in the Explorer, from none to several conditions, cheap and dear."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Tree = Mapping[str, Any]


def _one(name: str, operator: str, *values: object) -> Tree:
    return {"property": name, "operator": operator, "values": list(values)}


def _all(*items: Tree) -> Tree:
    return {"op": "all", "items": list(items)}


def _any(*items: Tree) -> Tree:
    return {"op": "any", "items": list(items)}


FILTERS: Mapping[str, Tree] = MappingProxyType(
    {
        "none": _all(),
        "delivered": _all(_one("DeliveryAction", "any_of", "Delivered")),
        "junked or blocked": _all(_one("DeliveryAction", "any_of", "Junked", "Blocked")),
        "phish": _all(_one("ThreatTypes", "any_of", "Phish")),
        "phish that arrived": _all(
            _one("ThreatTypes", "any_of", "Phish"), _one("DeliveryAction", "any_of", "Delivered")
        ),
        "subject": _all(_one("Subject", "contains", "invoice")),
        "subject, none": _all(_one("Subject", "contains", "zebra crossing")),
        "sender domain": _all(_one("SenderFromDomain", "any_of", "pay-portal0.test")),
        "sender": _all(_one("SenderFromAddress", "any_of", "notice@pay-portal0.test")),
        "recipient": _all(_one("RecipientEmailAddress", "any_of", "person18@contoso.example")),
        "sender address": _all(_one("SenderIPv4", "starts_with", "185.220.")),
        "direction": _all(_one("EmailDirection", "any_of", "Inbound")),
        "latest location": _all(_one("LatestLocation", "any_of", "Quarantine")),
        "authentication": _all(_one("DMARC", "any_of", "fail")),
        "link": _all(_one("UrlDomain", "any_of", "login-portal0.test")),
        "file type": _all(_one("AttachmentType", "any_of", "html")),
        "clicked": _all(_one("ClickAction", "any_of", "ClickAllowed")),
        "link count": _all(_one("UrlCount", "above", 1)),
        "not spam": _all(_one("ThreatTypes", "none_of", "Spam"), _one("EmailDirection", "any_of", "Inbound")),
        "nested": _all(
            _one("EmailDirection", "any_of", "Inbound"),
            _any(_one("Subject", "contains", "payment"), _one("SenderFromDomain", "contains", "portal")),
            _one("DeliveryAction", "none_of", "Blocked"),
        ),
    }
)
"""By name."""
