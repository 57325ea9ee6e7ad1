"""The questions behind chart and cross table against plain Polars over the same tables."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from tests.views.explorer.mail import ALL, NOW, WEEK, answer, group, mails, matching
from tests.views.explorer.test_conditions import hostile
from tests.views.explorer.test_questions import DAY, HOUR, plain
from workbench.apps.session import Workbench
from workbench.base.errors import BadInput, UnknownName
from workbench.base.span import Span
from workbench.events.query import bind, parse
from workbench.views.explorer import (
    EMPTY,
    Question,
    bin_of,
    count,
    cross,
    crossable,
    histogram,
    picked,
    pictures,
    spellings_of,
    too_many,
    views,
    width,
)


@pytest.mark.parametrize("pivot", ALL.pivots)
@pytest.mark.parametrize("step", [HOUR, DAY])
def test_a_histogram_counts_every_row_once_in_its_bin(sample: Workbench, pivot: str, step: timedelta) -> None:
    found = sample.kql(histogram(Question(ALL, WEEK), pivot, step)).frame
    mail = plain(sample)
    by_bin = mail.group_by(Time=pl.col("Timestamp").dt.truncate(step)).len("Count").sort("Time")
    assert found.group_by("Time").agg(pl.col("Count").sum()).sort("Time").rows() == by_bin.rows()
    assert found["Series"].n_unique() <= pictures.TOP + 1
    assert found["Series"].str.len_chars().min() > 0


@pytest.mark.parametrize("pivot", ["DeliveryAction", "SenderFromDomain", "LatestLocation", "EmailLanguage"])
def test_the_greatest_categories_have_a_name_and_the_rest_is_other(sample: Workbench, pivot: str) -> None:
    named = plain(sample).with_columns(Series=pl.when(pl.col(pivot) == "").then(pl.lit(EMPTY)).otherwise(pivot))
    ranked = named.group_by("Series").len("Count").sort("Count", "Series", descending=[True, False])
    rest = int(ranked["Count"][pictures.TOP :].sum())
    expected = dict(ranked.head(pictures.TOP).rows()) | ({pictures.OTHER: rest} if rest else {})
    found = sample.kql(histogram(Question(ALL, WEEK), pivot, DAY)).frame
    assert dict(found.group_by("Series").agg(pl.col("Count").sum()).rows()) == expected


def test_ties_among_categories_are_broken_alike_every_time() -> None:
    held = mails(*({"SenderFromDomain": f"d{at:02}.example"} for at in range(20)))
    found = answer(held, histogram(Question(ALL, WEEK), "SenderFromDomain", DAY))
    assert found["Series"].to_list() == [pictures.OTHER, *(f"d{at:02}.example" for at in range(8))]


def test_a_chart_says_technologies_and_not_their_notation() -> None:
    held = mails({"DetectionMethods": '{"Phish":["URL detonation","Spoof DMARC"],"Spam":["Bulk"]}'}, {})
    found = answer(held, histogram(Question(ALL, WEEK), "DetectionMethods", DAY))
    assert found["Series"].to_list() == [EMPTY, "URL detonation,Spoof DMARC,Bulk"]


def test_spellings_of_a_category_are_counted_together() -> None:
    places = ["Junk folder", "JunkFolder", "junk-folder", "Inbox/folder", ""]
    held = mails(*({"DeliveryLocation": place} for place in places))
    spellings = spellings_of({"OriginalLocation": places}, {"OriginalLocation": ("Junk folder", "Inbox/folder")})
    found = answer(held, histogram(Question(ALL, WEEK, spellings=spellings), "OriginalLocation", DAY))
    assert found.select("Series", "Count").rows() == [(EMPTY, 1), ("Inbox/folder", 1), ("Junk folder", 3)]


@pytest.mark.parametrize(
    ("length", "step"),
    [(HOUR, timedelta(minutes=1)), (24 * HOUR, timedelta(minutes=15)), (7 * DAY, timedelta(hours=3)), (30 * DAY, timedelta(hours=12)),
     (90 * DAY, DAY), (365 * DAY, timedelta(days=7)), (3_650 * DAY, timedelta(days=90)), (200_000 * DAY, timedelta(days=365))],
)  # fmt: skip
def test_a_bin_is_the_smallest_handy_one(length: timedelta, step: timedelta) -> None:
    assert bin_of(Span(WEEK.start - length, WEEK.start)) == step


def test_no_chart_of_ten_years_or_less_has_more_bins_than_fit() -> None:
    for days in (1, 7, 30, 31, 90, 365, 3_650):
        span = Span(WEEK.start - days * DAY, WEEK.start)
        assert span.length / bin_of(span) <= pictures.MOST_BINS


@pytest.mark.parametrize(("bins", "days", "bars"), [("5m", 1, ""), ("5m", 7, "2,016 bars, 400 at most"), ("1h", 30, "720 bars, 400 at most"), ("1w", 3_650, "522 bars, 400 at most"), ("6h", 90, ""), ("auto", 3_650, "")])  # fmt: skip
def test_a_chosen_bin_that_gives_too_many_bars_says_how_many(bins: str, days: int, bars: str) -> None:
    span = Span(WEEK.start - days * DAY, WEEK.start)
    assert too_many(bins, span) == bars
    if bars:
        with pytest.raises(BadInput, match=bars):
            width(bins, span)
    else:
        assert span.length / width(bins, span) <= pictures.MOST_BARS


def test_a_bin_that_is_not_offered_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 15m"):
        width("15min", WEEK)


def test_the_time_before_lies_in_the_bins_of_this_one_and_is_counted_once() -> None:
    span = Span(WEEK.start + 5 * HOUR, WEEK.start + 12 * HOUR)
    moments = [span.start - 8 * HOUR, span.start - 7 * HOUR, span.start - HOUR, span.start, span.end]
    held = mails(*({"Timestamp": moment} for moment in moments))
    found = answer(held, histogram(Question(ALL, span), "DMARC", HOUR, compare=True))
    assert found.select("Time", "Series", "Count", "Before").rows() == [
        (span.start, EMPTY, 1, False),
        (span.start, "", 1, True),
        (span.start + 6 * HOUR, "", 1, True),
    ]


def test_a_comparison_leaves_what_is_counted_now_as_it_was(sample: Workbench) -> None:
    question = Question(ALL, Span(WEEK.start + 4 * DAY, WEEK.end))
    alone = sample.kql(histogram(question, "LatestLocation", DAY)).frame
    both = sample.kql(histogram(question, "LatestLocation", DAY, compare=True)).frame
    now, before = both.filter(~pl.col("Before")), both.filter("Before")
    assert now.drop("Before").rows() == alone.rows()
    assert before["Count"].sum() == sample.kql(count(Question(ALL, question.span.before()))).frame.item() > 0


def table(frame: pl.DataFrame) -> dict[tuple[str, str], int]:
    return {(row, column): number for row, column, number in frame.select("Row", "Column", "Count").rows()}


def test_a_cross_table_counts_by_two_fields_and_sums_the_rest(sample: Workbench) -> None:
    found = sample.kql(cross(Question(ALL, WEEK), "SenderFromDomain", "LatestLocation")).frame
    mail = plain(sample)
    assert found["Count"].sum() == mail.height
    assert (found["Row"].n_unique(), found["Column"].n_unique() <= pictures.TOP + 1) == (pictures.TOP_ROWS + 1, True)
    named = mail.group_by("SenderFromDomain", "LatestLocation").len()
    expected = {(row, column or EMPTY): number for row, column, number in named.rows()}
    assert all(expected[pair] == number for pair, number in table(found).items() if pair[0] and pair[1])


def test_values_that_differ_in_case_alone_are_one_as_filters_have_it() -> None:
    held = mails({"Subject": "Pay now"}, {"Subject": "PAY NOW"}, {"Subject": ""}, {"Subject": "pay now", "UrlCount": 3})
    found = answer(held, cross(Question(ALL, WEEK), "Subject", "UrlCount"))
    assert table(found) == {(EMPTY, EMPTY): 1, ("PAY NOW", EMPTY): 2, ("PAY NOW", "3"): 1}


def test_every_field_of_every_view_that_may_be_crossed_gives_its_rows() -> None:
    for view in views().values():
        names = crossable(view)
        assert set(view.pivots) <= set(names)
        for first, second in zip(names[::2], names[1::2], strict=False):
            bound = bind(parse(cross(Question(view, WEEK), first, second)), mails(), now=NOW)
            assert [name for name, _ in bound.columns] == ["Row", "Column", "Count"]


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [("Subject", "Subject", "crossed with itself"), ("UrlDomain", "Subject", "no field of a cross table"), ("Subject", "Sbject", "Did you mean Subject")],
)  # fmt: skip
def test_what_cannot_be_crossed_is_said(rows: str, columns: str, said: str) -> None:
    with pytest.raises((BadInput, UnknownName), match=said):
        cross(Question(ALL, WEEK), rows, columns)


@settings(deadline=None, max_examples=often(40))
@given(
    st.lists(
        st.tuples(hostile | st.sampled_from(["", "A", "a", "Other", EMPTY]), st.integers(0, 3) | st.none()), max_size=30
    )
)
def test_a_cross_table_counts_every_row_once_and_a_named_cell_is_what_its_filter_keeps(mail: list[Any]) -> None:
    held = mails(*({"Subject": subject, "UrlCount": number} for subject, number in mail))
    found = table(answer(held, cross(Question(ALL, WEEK), "Subject", "UrlCount")))
    assert sum(found.values()) == len(mail)
    for (row, column), number in list(found.items())[:2]:
        if row and column:
            items = [*picked(ALL.field("Subject"), row), *picked(ALL.field("UrlCount"), column)]
            assert len(matching(held, group("all", *items))) == number


def test_a_yes_or_no_is_picked_as_what_it_is() -> None:
    clicks = views()["url_clicks"].field("IsClickedThrough")
    assert [each["operator"] for value in ("True", "False", EMPTY) for each in picked(clicks, value)] == [
        "is", "is", "is_not_empty", "is_empty",
    ]  # fmt: skip


def test_technologies_are_one_however_their_document_is_spaced() -> None:
    texts = ('{"Phish":["URL detonation"]}', '{"Phish": ["URL detonation"]}', '{ "Phish" :  ["URL detonation"]}')
    held = mails(*({"DetectionMethods": text} for text in texts))
    found = answer(held, histogram(Question(ALL, WEEK), "DetectionMethods", timedelta(days=1)))
    assert found["Series"].to_list() == ["URL detonation"]
    assert found["Count"].to_list() == [3]
