"""What the text asks for, and what it hides."""

from collections.abc import Callable

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated

_NO_BODY = "the body was not read"
_HIDDEN_CHARACTERS = 40


def _phrase(kind: str, sentence: str) -> Callable[[Case], Outcome]:
    def ask(case: Case) -> Outcome:
        if case.features is None:
            return not_evaluated(_NO_BODY)
        count = case.count("phrases", kind)
        return fired(sentence, phrases=count) if count else CLEAR

    return ask


def _fake_thread(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    if not case.feature("thread", "reply"):
        return NOT_APPLICABLE
    return (
        CLEAR if case.feature("thread", "references") else fired("The subject answers a message that no header names")
    )


def _callback(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    both = case.count("phrases", "callback") and case.count("phrases", "invoice") and case.count("phones")
    return fired("It asks to be called back about a bill", phones=case.count("phones")) if both else CLEAR


def _crypto(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    count = case.count("crypto")
    return fired("It holds an address for crypto currency", addresses=count) if count else CLEAR


def _characters(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    kinds = {name: case.count("text", name) for name in ("zero_width", "bidi", "styled", "mixed_script")}
    found = {name: count for name, count in kinds.items() if count}
    return fired("The text holds characters that hide, reorder or imitate others", **found) if found else CLEAR


def _hidden(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    count = case.count("text", "hidden")
    return (
        fired(f"{count} characters are written so that nobody sees them", characters=count)
        if (count >= _HIDDEN_CHARACTERS)
        else CLEAR
    )


def _anomaly(case: Case) -> Outcome:
    if case.anomalies is None:
        return not_evaluated("the structure of the message was not read")
    return (
        fired(f"The message is built oddly: {case.anomalies[0]}", faults=list(case.anomalies[:5]))
        if (case.anomalies)
        else CLEAR
    )


GROUP = Group(
    "content",
    "Content",
    0,
    25,
    (
        Signal(
            "content.credential",
            12,
            "Does it ask to sign in or to confirm an account?",
            _phrase("credential", "It asks to sign in, or to confirm an account or password"),
        ),
        Signal(
            "content.payment",
            15,
            "Does it ask for a payment or a change of bank details?",
            _phrase("payment", "It asks for a payment or a change of bank details"),
        ),
        Signal("content.gift_card", 15, "Does it ask for gift cards?", _phrase("gift_card", "It asks for gift cards")),
        Signal("content.urgency", 5, "Does it press for time?", _phrase("urgency", "It presses for time")),
        Signal("content.secrecy", 6, "Does it ask for secrecy?", _phrase("secrecy", "It asks for secrecy")),
        Signal("content.fake_thread", 8, "Does it pretend to answer something?", _fake_thread),
        Signal("content.callback", 10, "Does it ask to be called about a bill?", _callback),
        Signal("content.crypto", 8, "Does it hold a crypto-currency address?", _crypto),
        Signal("content.characters", 10, "Does the text hide, reorder or imitate characters?", _characters),
        Signal("content.hidden_text", 8, "Is text hidden from the reader?", _hidden),
        Signal("content.anomaly", 10, "Is the message built oddly?", _anomaly),
    ),
)
