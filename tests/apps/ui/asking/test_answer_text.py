from datetime import timedelta

import pytest

from tests.events.query.conftest import DAY, NOW, answer, tables
from workbench.apps.ui.asking.answer_text import as_text, emptiness, facts
from workbench.base.span import Span
from workbench.events.query import Limits, ask

WEEK = Span(DAY, DAY + timedelta(days=7))


def test_rows_stand_in_columns_with_the_facts_below() -> None:
    lines = as_text(answer("Mail | project Id, Urls | take 2")).splitlines()
    assert [line.split() for line in lines[:4]] == [["Id", "Urls"], ["--------"], ["m1", "1"], ["m1", "1"]]
    assert lines[4].startswith("2 rows · ")


def test_the_window_is_said() -> None:
    found = ask(tables(), "Mail", now=NOW, span=WEEK)
    assert facts(found)[2] == "2026-09-14 00:00 UTC to 2026-09-21 00:00 UTC"


def test_no_rows_are_said_with_what_may_be_the_cause() -> None:
    found = ask(tables(), "Mail | where Id == 'none'", now=NOW, span=WEEK)
    assert "between 2026-09-14 00:00 UTC and 2026-09-21 00:00 UTC" in emptiness(found)
    assert "now() is 2026-09-18 12:00 UTC" in as_text(found)
    assert "of all held" in emptiness(answer("Mail | where Id == 'none'"))


def test_notes_name_options_instead_of_arguments() -> None:
    found = ask(tables(), "Mail", now=NOW, limits=Limits(rows=2))
    assert "raise --rows" in as_text(found)


def test_nothing_in_it_moves_a_cursor() -> None:
    shown = as_text(
        answer("print x = value, y = time(1.02:00:00), z = dynamic({}), n = int(null)", value="\x1b[2Ja\u202eb\n")
    )
    assert "\x1b" not in shown
    assert "a⟦U+202E⟧b" in shown
    assert "1.02:00:00" in shown


@pytest.mark.parametrize(("rows", "says"), [(20, False), (25, True)])
def test_more_rows_than_are_read_are_counted(rows: int, says: bool) -> None:
    assert ("... 5 more rows" in as_text(answer(f"range n from 1 to {rows} step 1"))) is says


def test_columns_that_do_not_fit_are_named() -> None:
    shown = as_text(answer(f"print {', '.join(f'column_number_{n} = 1' for n in range(12))}"))
    assert "(3 more columns: column_number_9, column_number_10, column_number_11)" in shown
