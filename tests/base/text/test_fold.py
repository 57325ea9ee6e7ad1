"""Spellings of one value fold together, and different values stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.text.fold import fold


@pytest.mark.parametrize("spelling", ["Junk folder", "junkfolder", "Junk-Folder", "JUNK_FOLDER", " junk.folder "])
def test_spellings_of_one_value_are_equal(spelling: str) -> None:
    assert fold(spelling) == "junkfolder"


def test_slashes_and_line_ends_do_not_count() -> None:
    assert fold("Inbox/folder") == fold("inbox\nfolder") == "inboxfolder"


def test_different_values_stay_different() -> None:
    assert len({fold(value) for value in ("Inbox/folder", "Junk folder", "Quarantine", "On-premises/external")}) == 4


def test_letters_of_other_alphabets_are_kept() -> None:
    assert fold("Straße 5") == "strasse5"
    assert fold("Пошта") == "пошта"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=20), st.sampled_from([" ", "-", "_", "/", ".", "\t"]), st.text(max_size=20))
def test_a_filler_never_makes_a_difference(left: str, filler: str, right: str) -> None:
    assert fold(f"{left}{filler}{right}") == fold(left) + fold(right)
