"""Subjects of one lure have one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.subject import is_reply, subject_key


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("Your invoice 12345", "your invoice #"),
        ("Your invoice INV-2023/09 ready", "your invoice # ready"),
        ("RE: Fwd: AW: hello", "hello"),
        ("Re[2]: hello", "hello"),
        ("[EXT] Re: [List] Hello", "hello"),
        ("WG: Ré: Zahlung", "zahlung"),
        ("Order 12 of 34 for ann@own.example", "order # of # for @"),
        ("1 2 3 go", "# go"),
        ("Ｙоur  аccount\u200b", "your account"),
        ("[List]", "[list]"),
        ("Re:", "re:"),
        ("", ""),
    ],
)
def test_what_differs_between_copies_is_masked(subject: str, key: str) -> None:
    assert subject_key(subject) == key


def test_copies_of_one_lure_have_one_key_and_other_lures_another() -> None:
    copies = {subject_key(f"Parcel {number} for u{number}@own.example is waiting") for number in range(50)}
    assert copies == {"parcel # for @ is waiting"}
    assert subject_key("Your mailbox is full") not in copies


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Re: x", True),
        ("AW: x", True),
        ("[EXT] SV: x", True),
        ("Fwd: x", False),
        ("Reminder: x", False),
        ("re x", False),
    ],
)
def test_replies_are_told_from_their_mark(subject: str, reply: bool) -> None:
    assert is_reply(subject) is reply


@pytest.mark.parametrize("piece", ["Re: ", "[a]", "[", "1", "# ", "a@", "re"])
def test_subjects_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: (subject_key(piece * 2_000), is_reply(piece * 2_000))) < 1


@given(st.text("Re: [FwAW]#1a@é\u200b ", max_size=40))
def test_a_key_is_its_own_key_and_has_no_digit(subject: str) -> None:
    key = subject_key(subject)
    assert not any(char.isdigit() for char in key)
    assert subject_key(f"Re: {subject}") in {key, subject_key(f"re: {key}")} or not key
