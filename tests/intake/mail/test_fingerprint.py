"""Fingerprints are equal for one text, alike for alike texts, and the same in every version."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.mail.letters import seconds
from tests.laws import often
from workbench.base.text.look import skeleton
from workbench.intake.mail.fingerprint import (
    BANDS,
    PERMUTATIONS,
    Fingerprint,
    bands,
    fingerprint,
    minhash,
    normal_words,
    similarity,
)
from workbench.intake.mail.limits import FEWEST_WORDS, LONGEST_TEXT, MOST_WORDS

LURE = (
    "dear customer we noticed an unusual sign in to your mailbox from a new device please confirm your identity within "
    "twenty four hours or your account will be closed follow the link below and enter your password to keep your mails"
)


def of(text: str) -> Fingerprint:
    return fingerprint(skeleton(text))


def edited(words: Sequence[str], rate: float, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [f"w{chance.randrange(10**6)}x" if chance.random() < rate else word for word in words]


def test_known_values_never_change() -> None:
    read = of(LURE)
    assert read.words == 41
    assert read.digest == "bac3fae728a6bdc1c25be3fbb92e29862e98c24ccdae3e09c03c3ce5b69b48b8"
    assert read.bands[:2] == ("def0a818cfd34230", "5000cc6521ba970d")
    assert read.signature[:32] == "001a2a2111db461800ce593c10eeb9ad"


def test_a_signature_has_128_values_and_32_different_bands() -> None:
    read = of(LURE)
    assert len(read.signature) == 8 * PERMUTATIONS
    assert len(set(read.bands)) == BANDS
    assert {len(band) for band in read.bands} == {16}


def test_numbers_urls_addresses_case_blanks_and_look_alikes_make_no_difference() -> None:
    one = of("Dear Ann, order 4711 at http://a.example/x?y=1 mail ann@own.example")
    two = of("dear  ann\n order 12 AT https://b.example/ mail bob@own.example")
    three = of("Dеаr Аnn, order 9 at www.c.example/9 mаil x@y.example")
    assert one.digest == two.digest == three.digest
    assert normal_words("order 4711 at http://a.example/x") == ["order", "0", "at", "url"]


def test_another_text_has_another_fingerprint_and_no_band_in_common() -> None:
    other = of("the minutes of the meeting on monday are attached for your information " * 4)
    mine = of(LURE)
    assert mine.digest != other.digest
    assert not set(mine.bands) & set(other.bands)
    assert similarity(mine.signature, other.signature) < 0.2


def test_the_band_number_is_part_of_the_key() -> None:
    assert len(set(bands(b"\x00" * 4 * PERMUTATIONS))) == BANDS


def test_a_text_without_words_has_no_fingerprint() -> None:
    assert of("") == of(" \u200b -- ") == Fingerprint("", 0, (), "")


def test_short_texts_have_a_digest_and_no_minhash() -> None:
    words = [f"word{chr(97 + number)}" for number in range(26)]
    short = of(" ".join(words[: FEWEST_WORDS - 5]))
    assert (len(short.digest), short.bands, short.signature) == (64, (), "")
    assert of(" ".join((*words, *words))).bands


def test_ideographs_count_as_words_of_their_own() -> None:
    assert of("您的帐户将被关闭").words == 8


@pytest.mark.parametrize(("rate", "least"), [(0.05, 0.99), (0.1, 0.9)])
def test_edited_copies_share_a_band(rate: float, least: float) -> None:
    words = [f"{a}{b}" for a in "abcdefghijkl" for b in "mnopqrstuvwx"]
    mine = set(bands(minhash(words)))
    hits = [bool(mine & set(bands(minhash(edited(words, rate, seed))))) for seed in range(100)]
    assert sum(hits) / len(hits) >= least


def test_similarity_estimates_the_share_of_common_runs() -> None:
    words = [f"{a}{b}" for a in "abcdefghijkl" for b in "mnopqrstuvwx"]
    half = words[:72] + [word.upper() for word in words[72:]]
    estimate = similarity(minhash(words).hex(), minhash(half).hex())
    assert abs(estimate - 70 / (70 + 2 * 72)) < 0.12
    assert similarity(minhash(words).hex(), minhash(words).hex()) == 1.0
    assert similarity("", "") == 0.0


@settings(max_examples=often(30))
@given(st.lists(st.sampled_from("abcdefg"), min_size=3, max_size=40), st.randoms())
def test_the_order_of_equal_runs_makes_no_difference(words: list[str], chance: random.Random) -> None:
    assert minhash(words) == minhash(words)
    assert minhash([*words, *words, *words]) == minhash([*words, *words, *words, *words])


def test_only_so_many_words_are_hashed() -> None:
    many = [
        f"w{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number // 676)}" for number in range(17_000)
    ]
    text = " ".join(many + many[:4_000] + ["tail"] * 5)
    assert of(text).words > MOST_WORDS
    assert of(text).signature == of(f"{text} another tail").signature


@pytest.mark.parametrize("piece", ["a", "a@", "1 ", "http://", "www.", "ab "])
def test_texts_made_to_be_slow_are_not(piece: str) -> None:
    assert seconds(lambda: fingerprint(piece * (LONGEST_TEXT // len(piece)))) < 2
