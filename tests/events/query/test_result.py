import polars as pl
import pytest

from tests.events.query.conftest import answer


def test_a_result_shows_its_rows_and_not_its_plan() -> None:
    shown = repr(answer("Mail | project Id, Subject"))
    assert str(answer("Mail | take 0 | count")).splitlines()[-1].startswith("1 row · 1 column · ")
    assert "Invoice 77" in shown
    assert shown.splitlines()[-1].startswith("5 rows · 2 columns · ")
    assert len(shown.splitlines()) < 20
    assert "Scan" not in shown


def test_a_long_result_shows_its_ends() -> None:
    found = answer("range n from 1 to 1000 step 1")
    lines = repr(found).splitlines()
    assert lines[-1].startswith("1,000 rows · 1 column")
    assert [line.strip("│ ") for line in lines if line.startswith("│")][3:] == [
        *"12345",
        "…",
        *map(str, range(996, 1001)),
    ]
    with pl.Config(tbl_rows=-1):
        assert len(repr(found).splitlines()) > 1000


@pytest.mark.parametrize("text", ["a\x1b[31mred", "a\x1b]0;title\x07", "x\n│ forged │\n", "\u202eevil", "a\r\x1bb"])
def test_hostile_text_moves_no_cursor(text: str) -> None:
    shown = repr(answer("print x = t, ['col\x1b[2J'] = 1", t=text))
    assert all(line.isprintable() for line in shown.splitlines())
    assert len(shown.splitlines()) == len(repr(answer("print x = 'a', y = 1")).splitlines())
