"""Where its links lead."""

from collections.abc import Callable, Mapping

from workbench.analysis.verdict._case import Case, Link
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated
from workbench.analysis.verdict.lookalike import likeness
from workbench.base.text.defang import defang
from workbench.base.text.look import is_mixed
from workbench.base.text.url import unicode_host
from workbench.events.lookups.suffixes import is_address

_NO_LINKS_KNOWN = "the URLs of the message are not known"
_NO_BODY = "the body was not read"
_SHOWN = 3
_HARMLESS_FORM = 10.0
"""Points of a form without a field for a secret: one newsletter in five holds one, to search or to subscribe."""
_NOT_FOLLOWED = frozenset({"Header", "Resource"})
_IN_BODY, _IN_CODE = "Body", "QRCode"


def _over_links(test: Callable[[Link, Case], bool], sentence: str) -> Callable[[Case], Outcome]:
    """Fire when a link that a reader may follow passes the test."""

    def ask(case: Case) -> Outcome:
        if case.links is None:
            return not_evaluated(_NO_LINKS_KNOWN)
        followed = [link for link in case.links if link.location not in _NOT_FOLLOWED]
        if not followed:
            return NOT_APPLICABLE
        hosts = list(dict.fromkeys(link.host for link in followed if test(link, case)))
        return fired(f"{sentence}: {', '.join(map(defang, hosts[:_SHOWN]))}", hosts=hosts[:20]) if hosts else CLEAR

    return ask


def _punycode(link: Link, _: Case) -> bool:
    return "xn--" in link.host and any(is_mixed(label) for label in unicode_host(link.host).split("."))


def _lookalike(case: Case) -> Outcome:
    if not case.organisation.domains and not case.organisation.brands:
        return not_evaluated("organisation.yml names no domains or brands of ours")
    return _over_links(
        lambda link, each: likeness(link.host, each.organisation, each.lookups) is not None,
        "A link leads to a domain that looks like ours",
    )(case)


def _shortened(link: Link, case: Case) -> bool:
    return case.lookups.lookup("url_shorteners").holds(link.host)


def _free_hosting(link: Link, case: Case) -> bool:
    return case.lookups.lookup("trusted_sites_abused").holds(link.host)


def _mismatch(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    if not case.count("links", "count"):
        return NOT_APPLICABLE
    pairs = case.feature("links", "mismatched")
    if not isinstance(pairs, list) or not pairs:
        return CLEAR
    first = pairs[0]
    return fired(f"A link shows {first.get('shown')} and leads to {first.get('target')}", pairs=pairs[:_SHOWN])


def _recipient(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    plain, coded = case.count("links", "recipient_plain"), case.count("links", "recipient_coded")
    return fired("A link carries the recipient's address", plain=plain, coded=coded) if plain or coded else CLEAR


def _form(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    if not case.count("forms", "count"):
        return NOT_APPLICABLE
    hosts = case.feature("forms", "hosts", "samples")
    foreign = (
        [
            host
            for host in hosts
            if case.registered(str(host).replace("[.]", ".")) != case.registered(case.sender_domain)
        ]
        if isinstance(hosts, list)
        else []
    )
    passwords = case.count("forms", "passwords")
    if not foreign and not passwords:
        return CLEAR
    weight = None if passwords else _HARMLESS_FORM
    why = "The message holds a form that sends what is typed elsewhere"
    return fired(why, weight=weight, hosts=foreign, passwords=passwords)


def _script(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    kinds = {name: case.count("links", name) for name in ("data", "javascript", "file")}
    found = {name: count for name, count in kinds.items() if count}
    return (
        fired("Links run script, carry a page inside themselves or point into the file system", **found)
        if found
        else CLEAR
    )


def _qr(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    if not case.count("images", "attached") and not case.count("images", "embedded"):
        return NOT_APPLICABLE
    searched = case.feature("qr")
    if not isinstance(searched, Mapping) or (searched.get("not_evaluated") and not case.count("qr", "codes")):
        return not_evaluated("not every picture was searched for codes")
    coded = [link for link in case.links or () if link.location == _IN_CODE]
    if not coded or any(link.location == _IN_BODY for link in case.links or ()):
        return CLEAR
    return fired("The only link stands in a code in a picture", hosts=[link.host for link in coded])


def _removed(case: Case) -> Outcome:
    if case.removed_after_delivery is None:
        return not_evaluated("no events after delivery are held")
    if not case.removed_after_delivery:
        return CLEAR
    return fired(f"It, or mail like it, was judged a threat after delivery ({', '.join(case.removed_after_delivery)})")


def _intel(case: Case) -> Outcome:
    if case.links is not None and not case.links:
        return NOT_APPLICABLE
    return not_evaluated("no threat-intelligence feed is connected")


GROUP = Group(
    "url",
    "Links",
    0,
    35,
    (
        Signal("url.mismatch", 10, "Does a link show another host than it leads to?", _mismatch),
        Signal(
            "url.ip_host",
            10,
            "Does a link lead to a bare address?",
            _over_links(lambda link, _: is_address(link.host), "Links lead to bare addresses"),
        ),
        Signal(
            "url.confusable",
            15,
            "Is a link's host written in mixed alphabets?",
            _over_links(_punycode, "A host is written in mixed alphabets"),
        ),
        Signal("url.lookalike", 20, "Does a link's host look like ours?", _lookalike),
        Signal("url.shortener", 6, "Is a link shortened?", _over_links(_shortened, "Links are shortened")),
        Signal(
            "url.free_hosting",
            8,
            "Is a link on free hosting?",
            _over_links(_free_hosting, "Links lead to free hosting"),
        ),
        Signal("url.recipient", 15, "Does a link carry the recipient's address?", _recipient),
        Signal("url.form", 25, "Does the message hold a form?", _form),
        Signal("url.script", 15, "Do links run script or carry a page inside themselves?", _script),
        Signal("url.qr", 15, "Is the only link in a code?", _qr),
        Signal("url.verdict_changed", 35, "Was it judged a threat after delivery?", _removed),
        Signal("url.intel", 35, "Is a link known to be malicious?", _intel),
    ),
)
