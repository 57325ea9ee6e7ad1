"""Who it claims to be from, and what is known of them."""

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated
from workbench.analysis.verdict.brands import borrowed
from workbench.analysis.verdict.lookalike import folded, likeness, same_person
from workbench.base.text.defang import defang
from workbench.events.lookups.suffixes import name_of

_BUSINESS = ("payment", "invoice", "gift_card", "credential")
_NO_BODY = "the body was not read"


def _first_contact(case: Case) -> Outcome:
    if case.history is None:
        return not_evaluated("no earlier mail is held to compare with")
    if case.history.address_messages or case.organisation.owns(case.sender_domain):
        return CLEAR
    known = case.history.domain_messages
    return fired(f"First message from this address; {known} from its domain before" if known else "First contact")


def _vip(case: Case) -> Outcome:
    if not case.organisation.vip_names:
        return not_evaluated("organisation.yml names no people worth imitating")
    if case.organisation.owns(case.sender_domain):
        return NOT_APPLICABLE
    hit = next((name for name in case.organisation.vip_names if same_person(case.sender_name, name)), None)
    return fired(f"An outside sender writes under the name of {hit}", name=hit) if hit else CLEAR


def _reply_to(case: Case) -> Outcome:
    if case.features is None and not case.reply_to:
        return not_evaluated("the headers were not read")
    if not case.answers_go_elsewhere:
        return CLEAR
    free = case.lookups.lookup("freemail").holds(case.reply_to.rpartition("@")[2])
    why = f"Answers go to another domain{' of free mail' if free else ''}: {defang(case.reply_to)}"
    return fired(why, weight=12 if free else 8, reply_to=case.reply_to)


def _lookalike(case: Case) -> Outcome:
    if not case.organisation.domains and not case.organisation.brands:
        return not_evaluated("organisation.yml names no domains or brands of ours")
    found = likeness(case.sender_domain, case.organisation, case.lookups)
    if found is None:
        return CLEAR
    return fired(
        f"The sender's domain imitates “{found.imitated}”: {found.how}", imitated=found.imitated, how=found.how
    )


def _freemail_business(case: Case) -> Outcome:
    answers = case.reply_to.rpartition("@")[2] if case.answers_go_elsewhere else ""
    if not any(map(case.lookups.lookup("freemail").holds, (case.sender_domain, answers))):
        return NOT_APPLICABLE
    asks = [kind for kind in _BUSINESS if case.asks(kind)]
    if not asks and case.features is None:
        return not_evaluated(_NO_BODY)
    return fired("Business is talked from, or answered to, a free-mail address", asks=asks) if asks else CLEAR


def _brand(case: Case) -> Outcome:
    if case.organisation.owns(case.sender_domain):
        return NOT_APPLICABLE
    name = borrowed(case.sender_name, case.sender_domain, case.organisation.brands, case.lookups)
    return fired(f"It writes under the name of “{name}” from a domain of another name", name=name) if name else CLEAR


def _own_name_in_address(case: Case) -> Outcome:
    if not case.organisation.domains:
        return not_evaluated("organisation.yml names no domains of ours")
    if case.organisation.owns(case.sender_domain):
        return NOT_APPLICABLE
    local = folded(case.sender_address.partition("@")[0])
    names = (name_of(domain, case.lookups) for domain in case.organisation.domains)
    hit = next((name for name in names if name and folded(name) in local), None)
    return fired(f"The outside address carries our name “{hit}” before the @") if hit else CLEAR


def _age(_: Case) -> Outcome:
    return not_evaluated("no registration data of domains is connected")


GROUP = Group(
    "sender",
    "Sender",
    0,
    20,
    (
        Signal("sender.first_contact", 6, "Has this sender written before?", _first_contact),
        Signal("sender.vip_name", 20, "Does it use the name of one of our people worth imitating?", _vip),
        Signal("sender.brand_name", 20, "Does it borrow the name of a company?", _brand),
        Signal("sender.reply_to", 12, "Do answers go elsewhere?", _reply_to),
        Signal("sender.lookalike", 25, "Does the sender's domain look like ours?", _lookalike),
        Signal("sender.freemail_business", 8, "Does a free-mail address talk business?", _freemail_business),
        Signal("sender.own_name_in_address", 8, "Does the address before the @ carry our name?", _own_name_in_address),
        Signal("sender.domain_age", 10, "Is the sender's domain younger than 30 days?", _age),
    ),
)
