"""Sample values are those of the public page on the make-series operator."""

import pytest

from tests.events.query.conftest import column, columns, rows
from workbench.base.errors import BadQuery, LimitReached
from workbench.events.query import parse, text_of

METRIC = """let data = datatable(timestamp:datetime, metric:real) [
    datetime(2016-12-31T06:00), 50, datetime(2017-01-01), 4, datetime(2017-01-02), 3, datetime(2017-01-03), 4,
    datetime(2017-01-03T03:00), 6, datetime(2017-01-05), 8, datetime(2017-01-05T13:40), 13, datetime(2017-01-06), 4,
    datetime(2017-01-07), 3, datetime(2017-01-08), 8, datetime(2017-01-08T21:00), 8, datetime(2017-01-09), 2,
    datetime(2017-01-09T12:00), 11, datetime(2017-01-10T05:00), 5];
    let start = datetime(2017-01-01); let stop = datetime(2017-01-10);
    data """


def days(*numbers: int) -> list[str]:
    return [f"2017-01-{number:02}T00:00:00.0000000Z" for number in numbers]


def test_gaps_are_filled_and_the_end_is_not_in_the_series() -> None:
    kql = METRIC + "| make-series avg(metric) on timestamp from start to stop step 1d"
    assert rows(kql) == [([4.0, 3.0, 5.0, 0.0, 10.5, 4.0, 3.0, 8.0, 6.5], days(*range(1, 10)))]


def test_no_rows_give_none_unless_asked_for() -> None:
    kql = METRIC + "| take 0 | make-series {} avg(metric) default=1.0 on timestamp from start to stop step 1d"
    assert rows(kql.format("")) == []
    assert rows(kql.format("kind=nonempty")) == [([1.0] * 9, days(*range(1, 10)))]
    assert rows(METRIC + "| take 0 | make-series kind=nonempty count() on timestamp step 1d") == [([], [])]


def test_several_aggregates_each_with_its_default() -> None:
    kql = """datatable(Time:datetime, Value:int, other:int)
        [datetime(2025-01-07), 10, 11, datetime(2025-01-16), 20, 21, datetime(2025-02-01), 30, 5]
        | make-series Value = sum(Value), other = max(-1) default=-2
            on Time from datetime(2025-01-06) to datetime(2025-02-09) step 7d"""
    assert rows(kql)[0][:2] == ([10, 20, 0, 30, 0], [-1, -1, -2, -1, -2])


def test_without_ends_each_series_has_its_own_bins() -> None:
    kql = METRIC + "| where timestamp > stop - 4d | make-series count() on timestamp step 2d by big = metric > 5"
    assert rows(kql) == [(False, [1, 1, 1], days(6, 8, 10)), (True, [3], days(8))]


def test_one_end_is_enough() -> None:
    kql = METRIC + "| make-series n = count() on timestamp from start + 12h step 2d"
    assert rows(kql)[0][0] == [3, 1, 3, 3, 2]
    kql = METRIC + "| make-series n = count() on timestamp to start step 1d"
    assert rows(kql)[0] == ([1], ["2016-12-31T00:00:00.0000000Z"])


def test_the_old_form_has_bins_and_its_end() -> None:
    kql = METRIC + "| make-series n = count() on timestamp in range(start + 12h, start + 2d, 12h)"
    assert rows(kql) == [
        (
            [0, 1, 0, 2],
            ["2017-01-01T12:00:00.0000000Z", *days(2), "2017-01-02T12:00:00.0000000Z", *days(3)],
        )
    ]


def test_axes_of_numbers_and_timespans() -> None:
    assert rows(METRIC + "| make-series n = count() on metric from 0 to 10 step 2.5") == [
        ([1, 5, 2, 3], [0.0, 2.5, 5.0, 7.5])
    ]
    kql = "datatable(n:long)[-3, 4, 4] | make-series c = count() on n step 5"
    assert rows(kql) == [([1, 2], [-5, 0])]
    kql = "datatable(p:timespan)[1h, 3h] | make-series c = count() on p from 0s to 4h step 1h"
    assert rows(kql) == [([0, 1, 0, 1], ["00:00:00", "01:00:00", "02:00:00", "03:00:00"])]


def test_a_missing_value_may_be_null() -> None:
    kql = METRIC + "| make-series m = max(metric) default=real(null) on timestamp from start + 2d to start + 5d step 1d"
    assert rows(kql)[0][0] == [6.0, None, 13.0]
    kql = METRIC + "| make-series m = count() default=-0.5 on timestamp from start + 2d to start + 4d step 1d"
    assert rows(kql)[0][0] == [2.0, -0.5]


def test_keys_are_expressions_and_come_first() -> None:
    kql = "Mail | make-series count(), round(avg(Urls), 1) on Timestamp step 1d by Sender, d = tolower(Sender), strlen(Id)"
    assert [name for name, _ in columns(kql)] == ["Sender", "d", "strlen_Id", "count_", "avg_Urls", "Timestamp"]
    assert rows(kql)[0][:4] == ("a@evil.com", "a@evil.com", 2, [2])


def test_null_keys_are_keys_and_null_times_are_in_no_slot() -> None:
    kql = """datatable(k:long, t:datetime)[long(null), datetime(2026-01-01), long(null), datetime(2026-01-02),
        1, datetime(null), 1, datetime(2026-01-01)] | make-series n = count() on t step 1d by k"""
    assert [row[:2] for row in rows(kql)] == [(None, [1, 1]), (1, [1])]


def test_series_go_on_into_other_operators() -> None:
    kql = (
        METRIC
        + """| make-series n = count() on timestamp from start to stop step 1d
        | extend (flags, score, base) = series_decompose_anomalies(n)
        | mv-expand timestamp to typeof(datetime), n to typeof(long), flags to typeof(long) | summarize sum(n), count()"""
    )
    assert rows(kql) == [(12, 9)]


def test_ends_may_come_from_a_table() -> None:
    kql = (
        METRIC
        + "| make-series n = count() on timestamp from toscalar(data | summarize min(timestamp)) to start step 12h"
    )
    assert rows(kql)[0][0] == [1, 0]
    kql = (
        METRIC
        + "| make-series n = count() on timestamp from toscalar(data | where metric > 99 | summarize min(timestamp)) step 1d"
    )
    assert rows(kql) == []


@pytest.mark.parametrize(
    "rest",
    [
        "make-series count() on Timestamp step 0s",
        "make-series count() on Timestamp step 5",
        "make-series count() on Sender step 1d",
        "make-series count() on Timestamp step Urls",
        "make-series count() on Timestamp from Timestamp step 1d",
        "make-series Timestamp = count() on Timestamp step 1d",
        "make-series count() on Timestamp step 1d by Timestamp",
        'make-series count() default="x" on Timestamp step 1d',
        "make-series count() default=Urls on Timestamp step 1d",
        "make-series count() on Timestamp",
        "make-series kind=empty count() on Timestamp step 1d",
        "make-series count() on Timestamp in range(1, 2)",
        "make-series Urls on Timestamp step 1d",
    ],
)
def test_what_makes_no_series_is_refused(rest: str) -> None:
    with pytest.raises(BadQuery):
        rows(f"Mail | {rest}")


@pytest.mark.parametrize(
    "ends", ["from ago(3000d) to now() step 1s", "step 1microsecond", "from datetime(1601-01-01) step 1s"]
)
def test_series_that_are_too_long_are_refused(ends: str) -> None:
    with pytest.raises(LimitReached, match="at most 1,048,576 values"):
        rows(f"Mail | make-series count() on Timestamp {ends}")


def test_only_rows_between_the_ends_are_read() -> None:
    kql = "Mail | make-series n = count() on Timestamp from datetime(2026-09-15) to datetime(2026-09-17) step 1d"
    assert column(kql) == [[1, 1]]


@pytest.mark.parametrize(
    "text",
    [
        "T\n| make-series kind=nonempty x = count() default=0, avg(n) on t from ago(1d) to now() step 1h by s, k = n + 1",
        "T\n| make-series count() on q = bin(t, 1h) step 1h",
        "T\n| make-series count() on t in range(ago(1d), now(), 1h)",
    ],
)
def test_its_text_is_written_back(text: str) -> None:
    assert text_of(parse(text)) == text
