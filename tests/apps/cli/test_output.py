import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.cli.output import counted, json_text, length_text, reaching, table
from workbench.base.errors import BadInput

OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
"""Characters that a terminal would obey, that change the order of text, or that hide in it."""

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_json_text_is_the_same_value_and_shows_every_hidden_character(text: str) -> None:
    written = json_text({"text": text})
    assert json.loads(written) == {"text": text}
    assert OBEYED.findall(written) == []


@given(st.lists(texts, min_size=1, max_size=3))
def test_a_table_holds_no_character_that_a_terminal_obeys(cells: list[str]) -> None:
    out = io.StringIO()
    table([{"a": cell, "b": 1} for cell in cells], ["a", "b"], to=out)
    assert OBEYED.findall(out.getvalue().replace("\n", "")) == []


def test_text_is_not_read_as_markup() -> None:
    out = io.StringIO()
    table([{"a": "[red]x[/red] :warning:"}], ["a"], to=out)
    assert "[red]x[/red] :warning:" in out.getvalue()


def test_instants_are_whole_seconds_and_lengths_as_kql_has_them() -> None:
    out = io.StringIO()
    table([{"t": datetime(2026, 1, 2, 3, 4, 5, 6, UTC), "d": timedelta(days=-1)}], ["t", "d"], to=out)
    assert out.getvalue().splitlines()[1].split("  ") == ["2026-01-02 03:04:05", "-1.00:00:00"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(0), "00:00:00"),
        (timedelta(days=1, hours=2), "1.02:00:00"),
        (timedelta(seconds=-1.5), "-00:00:01.500000"),
    ],
)
def test_lengths_have_their_sign_before_them(value: timedelta, text: str) -> None:
    assert length_text(value) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 rows"), (1, "1 row"), (2000, "2,000 rows")])
def test_one_is_not_many(number: int, text: str) -> None:
    assert counted(number, "row") == text


def test_a_refusal_of_the_file_system_names_the_file_and_the_reason(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be read: Is a directory\."), reaching(tmp_path, "read"):
        tmp_path.read_bytes()
