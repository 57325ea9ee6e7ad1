"""Encoded words are read as mail programs read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.limits import MOST_ENCODED_WORDS
from workbench.intake.mail.words import decode_words


def decoded(text: str) -> tuple[str, str]:
    faults = Faults()
    return decode_words(text, faults, "header Subject"), "; ".join(fault.reason for fault in faults.kept())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?R3I=?= =?utf-8?b?w7zDn2U=?=", "Grüße"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?q?a?=\t=?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("Re: =?iso-8859-1?Q?caf=E9?=!", "Re: café!"),
        ("=?utf-8*en?q?language?=", "language"),
        ("=?koi8-r?Q?Am=C1zon?=", "Amаzon"),
        ("=?utf-8?q?three words inside?=", "three words inside"),
        ("=?utf-8?q?really??=", "really?"),
        ("=?utf-8?x?unknown?=", "=?utf-8?x?unknown?="),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
    ],
)
def test_words_are_decoded_and_neighbours_joined(written: str, meant: str) -> None:
    assert decoded(written)[0] == meant


def test_a_word_in_an_unknown_character_set_is_read_and_noted() -> None:
    assert decoded("=?klingon?q?hello?=") == ("hello", "character set 'klingon' is not known")


@pytest.mark.parametrize("hidden", ["=?utf-8?q?a=0D=0ABcc:_x?=", "=?utf-8?b?YQ0KQmNjOiB4?=", "a\r\nBcc: x", "a\x00b"])
def test_line_ends_inside_words_become_blanks_and_are_noted(hidden: str) -> None:
    text, reason = decoded(hidden)
    assert not set(text) & set("\r\n\x00")
    assert reason == "holds control characters or line ends"


def test_more_words_than_the_limit_are_left_as_they_are() -> None:
    text, reason = decoded(" ".join(["=?utf-8?q?a?="] * (MOST_ENCODED_WORDS + 2)))
    assert text.startswith("a" * MOST_ENCODED_WORDS)
    assert text.endswith("=?utf-8?q?a?=")
    assert "the rest is left as it is" in reason


@pytest.mark.parametrize("text", ["=?a?q?" * 10_000, "=?utf-8?b?" + "A" * 60_000, "=?" * 30_000, "=?a?q??" * 9_000])
def test_text_made_to_be_slow_is_not(text: str) -> None:
    assert seconds(lambda: decoded(text)) < 1


@given(st.text("=?utf-8bqQB_ \t\r\nAZ09+/*é\x00\ud800", max_size=80))
def test_any_text_is_decoded_to_sound_text_without_line_ends(text: str) -> None:
    shown, _ = decoded(text)
    shown.encode("utf-8")
    assert not set(shown) & set("\r\n\x00")
