"""Names that lures borrow: a sender who shows one of them and writes from elsewhere claims to be somebody else.

The list is ours, of November 2026, written from general knowledge and after a look at 70 of the developer phish; it
has no outside source. Names that are also first or family names are left out, or stand with a word that makes them
the company's.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from workbench.analysis.verdict.lookalike import folded
from workbench.events.lookups.suffixes import name_of

BRANDS = (
    *("microsoft", "office 365", "microsoft 365", "outlook", "onedrive", "sharepoint", "google", "gmail", "icloud"),
    *("apple id", "apple pay", "apple support", "adobe", "docusign", "dropbox", "github", "godaddy", "wordpress"),
    *("facebook", "instagram", "whatsapp", "linkedin", "telegram", "netflix", "spotify", "roblox", "disney plus"),
    *(
        "amazon",
        "ebay",
        "walmart",
        "costco",
        "sams club",
        "starbucks",
        "lidl",
        "aldi",
        "mercado livre",
        "mercado libre",
    ),
    *("dhl", "dpd", "fedex", "usps", "royal mail", "deutsche post", "swiss post", "postnl", "colissimo", "la poste"),
    *("mondial relay", "correios", "correos", "booking com", "airbnb", "vodafone", "comcast", "mcafee", "geek squad"),
    *(
        "paypal",
        "american express",
        "mastercard",
        "western union",
        "intuit",
        "quickbooks",
        "bank of america",
        "citibank",
    ),
    *("wells fargo", "capital one", "barclays", "hsbc", "lloyds", "natwest", "santander", "bbva", "caixabank", "itau"),
    *("bradesco", "banco do brasil", "nubank", "sparkasse", "volksbank", "commerzbank", "deutsche bank", "postbank"),
    *(
        "postfinance",
        "rabobank",
        "abn amro",
        "bnp paribas",
        "credit agricole",
        "intesa sanpaolo",
        "unicredit",
        "nordea",
    ),
    *("coinbase", "binance", "metamask", "trust wallet", "ledger", "trezor", "opensea", "blockchain com", "bitpanda"),
)
"""Company names as whole words of a display name."""

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "microsoft": ("office", "outlook", "live", "msn", "hotmail", "xbox", "skype", "sharepoint"),
        "amazon": ("primevideo",),
        "apple": ("icloud", "itunes"),
        "google": ("gmail", "youtube"),
        "facebook": ("meta", "facebookmail", "instagram", "whatsapp"),
        "booking": ("booking",),
        "blockchain": ("blockchain",),
        "disney": ("disney",),
        "mercado": ("mercadolivre", "mercadolibre", "mercadopago"),
    }
)
"""Registered labels of a company's other domains, by the first word of its name."""

_OWNERS = MappingProxyType(
    {"outlook": "microsoft", "onedrive": "microsoft", "sharepoint": "microsoft", "office": "microsoft"}
    | {"gmail": "google", "icloud": "apple", "instagram": "facebook", "whatsapp": "facebook"}
)
_WORD = re.compile(r"[^\W_]+")


def borrowed(shown: str, domain: str, ours: Iterable[str] = ()) -> str:
    """The brand that a display name carries though the domain is not the brand's; empty where there is none.

    ``ours`` are further names, those of ``organisation.yml``.
    """
    said = f" {_words(shown)} "
    named = [name for name in (*ours, *BRANDS) if (words := _words(name)) and f" {words} " in said]
    label = _plain(name_of(domain))
    return "" if any(_holds(label, name) for name in named) else next(iter(named), "")


def _holds(label: str, name: str) -> bool:
    """Whether a registered label holds a brand's name, or one of its other names."""
    first = name.lower().partition(" ")[0]
    owner = _OWNERS.get(first, first)
    own = (name, owner, *ALIASES.get(owner, ())) if owner != first or owner in ALIASES else (name,)
    return any(_plain(each) in label for each in own)


def _plain(name: str) -> str:
    """Letters and digits alone, nothing folded: a domain in look-alike letters is not the brand's own."""
    return "".join(_WORD.findall(name.lower()))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(folded(text)))
