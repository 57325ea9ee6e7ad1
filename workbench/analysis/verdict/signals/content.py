"""What the text asks for, and what it hides."""

from collections.abc import Callable

from workbench.analysis.verdict._case import Case
from workbench.analysis.verdict._signal import CLEAR, NOT_APPLICABLE, Group, Outcome, Signal, fired, not_evaluated
from workbench.base.text.look import odd_characters

_NO_BODY = "the body was not read"
_IN_IMAGES = "the text stands in images, which are not read"
_HIDDEN_CHARACTERS = 40
_NO_DOMAIN = "the sender has no domain that could send"


def _phrase(kind: str, sentence: str) -> Callable[[Case], Outcome]:
    def ask(case: Case) -> Outcome:
        count = case.asks(kind)
        return fired(sentence, phrases=count) if count else _read(case)

    return ask


def _read(case: Case) -> Outcome:
    """The answer where nothing was met: clear only if there was a text to meet it in."""
    if case.features is None:
        return not_evaluated(_NO_BODY)
    return not_evaluated(_IN_IMAGES) if case.feature("image_only") is True else CLEAR


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
    both = case.asks("callback") and case.asks("invoice") and case.count("phones")
    return fired("It asks to be called back about a bill", phones=case.count("phones")) if both else _read(case)


def _crypto(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    count = case.count("crypto")
    return fired("It holds an address for crypto currency", addresses=count) if count else CLEAR


def _characters(case: Case) -> Outcome:
    if case.features is None:
        return not_evaluated(_NO_BODY)
    shown = odd_characters(f"{case.sender_name} {case.subject}")
    found = {name: count for name in shown if (count := case.count("text", name) + shown[name])}
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
    odd = [*case.anomalies, *([_NO_DOMAIN] if "." not in case.sender_domain else [])]
    return fired(f"The message is built oddly: {odd[0]}", faults=odd[:5]) if odd else CLEAR


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
