"""What people and time say of it.

An old acquaintance vouches for nothing where answers would go to somebody else: a mailbox that was taken over has the
history of its owner.
"""

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated

HERD = 5
"""More reporters than this on one message, or on messages like it, raise it on their own."""

PREVALENT = 100
"""Earlier messages of one sender, none of them a threat, that speak for it."""


def _reported(case: Case) -> Outcome:
    if case.reporters is None:
        return not_evaluated("no reports by users are held")
    count = len(case.reporters)
    if not count:
        return CLEAR
    people = f"{count} {'person' if count == 1 else 'people'} reported it or mail like it"
    return fired(people, weight=35 if count > HERD else 8, reporters=list(case.reporters))


def _replied(case: Case) -> Outcome:
    if case.history is None:
        return not_evaluated("no earlier mail is held to compare with")
    if case.answers_go_elsewhere:
        return NOT_APPLICABLE
    count = case.history.replied_to
    return fired(f"Our people wrote to this sender before ({count} messages)") if count else CLEAR


def _prevalent(case: Case) -> Outcome:
    if case.history is None:
        return not_evaluated("no earlier mail is held to compare with")
    if case.answers_go_elsewhere:
        return NOT_APPLICABLE
    known = case.history.address_messages
    if known <= PREVALENT or case.history.threats:
        return CLEAR
    return fired(f"{known:,} earlier messages of this sender, none a threat", messages=known)


GROUP = Group(
    "history",
    "History",
    -40,
    35,
    (
        Signal("history.reported", 35, "Did people report it?", _reported),
        Signal("history.replied_to", -20, "Did our people write to the sender before?", _replied),
        Signal("history.prevalent", -15, "Is the sender an old acquaintance?", _prevalent),
    ),
)
