from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.views.explorer.mail import ALL, answer, mails
from workbench.base.span import Span
from workbench.views.explorer import Question
from workbench.views.explorer.questions import count
from workbench.views.explorer.slices import Slice, slices

START = datetime(2026, 9, 1, tzinfo=UTC)
YEAR = Span(START - timedelta(days=200), START + timedelta(days=165, microseconds=1))
moments = st.lists(st.integers(0, 10**6).map(lambda at: at**2) | st.integers(0, 50), max_size=30)
"""Microseconds after the start: crowded at first, far apart later."""


def cut(offsets: list[int], span: Span, most: int) -> tuple[list[Slice], list[int]]:
    held = mails(*({"Timestamp": START + timedelta(microseconds=at)} for at in offsets))
    question = Question(ALL, span)

    def counts(text: str) -> Iterator[tuple[datetime, int]]:
        return iter(answer(held, text).rows())

    found = list(slices(question, counts, most=most))
    asked = [answer(held, count(Question(ALL, each.span))).item() for each in found]
    return found, asked


@given(moments, st.integers(1, 6))
def test_slices_hold_every_row_once_and_few_each(offsets: list[int], most: int) -> None:
    found, asked = cut(offsets, YEAR, most)
    assert asked == [each.rows for each in found]
    assert sum(asked) == len(offsets)
    assert all(newer.span.start >= older.span.end for newer, older in pairwise(found))
    alike = max((offsets.count(at) for at in offsets), default=0)
    assert all(0 < rows <= max(most, alike) for rows in asked)
    assert all(YEAR.start <= each.span.start and each.span.end <= YEAR.end for each in found)


def test_rows_beside_the_window_are_in_no_slice() -> None:
    span = Span(START + timedelta(microseconds=3), START + timedelta(microseconds=7))
    found, asked = cut(list(range(10)), span, 2)
    assert (sum(asked), len(found)) == (4, 2)


def test_a_short_list_is_one_slice_and_an_empty_one_none() -> None:
    assert len(cut([1, 10**9, 10**12], YEAR, 3)[0]) == 1
    assert cut([], YEAR, 3)[0] == []
