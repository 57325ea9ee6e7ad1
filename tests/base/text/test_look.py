"""Look-alike and invisible characters are folded away and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.look import is_mixed, odd_characters, skeleton


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Hello World", "hello world"),
        ("Contraseña Über Café", "contrasena uber cafe"),
        ("раураl", "paypal"),
        ("Κіոⅾⅼу ⅴеrіfу уοսr іⅾеոtіtу", "kindly verify your identity"),
        ("P\u200ba\u00ady\u202ePal", "paypal"),
        ("𝐏𝐚𝐲𝐏𝐚𝐥 ＰａｙＰａｌ", "paypal paypal"),
        ("ᴏʀᴅᴇʀ ᴄᴏɴꜰɪʀᴍᴀᴛɪᴏɴ", "order conꜰirmation"),
        ("ağır ıssız", "agir issiz"),
        ("", ""),
    ],
)
def test_text_becomes_what_it_imitates(text: str, bare: str) -> None:
    assert skeleton(text) == bare


@given(st.text(max_size=60))
def test_the_skeleton_of_a_skeleton_is_the_same(text: str) -> None:
    once = skeleton(text)
    assert skeleton(once) == skeleton(skeleton(once))


def test_odd_characters_are_counted_by_kind() -> None:
    text = "a\u200bb\u200cc \u202edef\u2066 𝐏𝐚𝐲 pаypal привет Ωmega"
    assert odd_characters(text) == {"zero_width": 2, "bidi": 2, "styled": 3, "mixed_script": 2}
    assert set(odd_characters("plain").values()) == {0}


@pytest.mark.parametrize(
    ("word", "mixed"),
    [("paypal", False), ("раураl", True), ("привет", False), ("Ωmega", True), ("սecurity", True), ("naïve", False)],
)
def test_a_word_of_two_alphabets_is_mixed(word: str, mixed: bool) -> None:
    assert is_mixed(word) is mixed
