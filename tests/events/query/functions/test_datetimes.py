from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.query.conftest import NOW, check, column, columns, utc, value
from workbench.base.errors import BadQuery

CASES = [
    ("now()", NOW),
    ("now(-1h)", NOW - timedelta(hours=1)),
    ("ago(7d)", NOW - timedelta(days=7)),
    ("bin(4.5, 1)", 4.0),
    ("bin(-4.5, 1)", -5.0),
    ("bin(7, 5)", 5),
    ("bin(-7, 5)", -10),
    ("bin(7, 0)", None),
    ("bin(7, -5)", None),
    ("bin(long(null), 5)", None),
    ("bin(16d, 7d)", timedelta(days=14)),
    ("bin(time(-1h), 1d)", timedelta(days=-1)),
    ("bin(datetime(1970-05-11 13:45:07), 1d)", utc(1970, 5, 11)),
    ("bin(datetime(2007-01-03), 7d)", utc(2007, 1, 1)),
    ("bin(datetime(2007-01-07 23:59), 7d)", utc(2007, 1, 1)),
    ("bin(datetime(2007-01-08), 7d)", utc(2007, 1, 8)),
    ("bin(datetime(0001-01-01 10:00), 1h)", utc(1, 1, 1, 10)),
    ("bin(datetime(1969-12-31 23:59:59), 1h)", utc(1969, 12, 31, 23)),
    ("floor(7, 5)", 5),
    ("startofday(datetime(2017-01-01 10:10:17))", utc(2017, 1, 1)),
    ("startofday(datetime(2017-01-01 10:10:17), -1)", utc(2016, 12, 31)),
    ("startofweek(datetime(2017-01-01 10:10:17))", utc(2017, 1, 1)),
    ("startofweek(datetime(2017-01-07 10:10:17))", utc(2017, 1, 1)),
    ("startofweek(datetime(2017-01-01 10:10:17), -1)", utc(2016, 12, 25)),
    ("startofweek(datetime(2017-01-01 10:10:17), 1)", utc(2017, 1, 8)),
    ("startofmonth(datetime(2017-03-31 10:10:17), -1)", utc(2017, 2, 1)),
    ("startofyear(datetime(2017-03-31 10:10:17), 1)", utc(2018, 1, 1)),
    ("endofday(datetime(2017-01-01 10:10:17))", utc(2017, 1, 1, 23, 59, 59, 999999)),
    ("endofweek(datetime(2017-01-01 10:10:17))", utc(2017, 1, 7, 23, 59, 59, 999999)),
    ("endofmonth(datetime(2016-02-10))", utc(2016, 2, 29, 23, 59, 59, 999999)),
    ("endofmonth(datetime(2017-01-31), 1)", utc(2017, 2, 28, 23, 59, 59, 999999)),
    ("datetime_add('year', 99999999, datetime(2017-01-31))", None),
    ("datetime_add('month', long(-9223372036854775807), datetime(2017-01-31))", None),
    ("datetime_add('microsecond', long(9223372036854775807), datetime(2017-01-31))", None),
    ("datetime_add('day', 3600000, datetime(0001-01-01))", utc(9857, 6, 20)),
    ("startofmonth(datetime(2017-01-31), 999999999)", None),
    ("endofweek(datetime(2017-01-31), -999999999)", None),
    ("endofyear(datetime(2017-01-31))", utc(2017, 12, 31, 23, 59, 59, 999999)),
    ("dayofweek(datetime(1947-11-30 10:00:05))", timedelta(0)),
    ("dayofweek(datetime(1970-05-11))", timedelta(days=1)),
    ("getyear(datetime(2015-10-12))", 2015),
    ("getmonth(datetime(2015-10-12))", 10),
    ("monthofyear(datetime(2015-10-12))", 10),
    ("dayofmonth(datetime(2015-12-14))", 14),
    ("dayofyear(datetime(2015-12-14))", 348),
    ("hourofday(datetime(2015-12-14 18:54))", 18),
    ("week_of_year(datetime(2020-12-31))", 53),
    ('datetime_part("Quarter", datetime(2017-10-30 01:02:03.7654321))', 4),
    ('datetime_part("millisecond", datetime(2017-10-30 01:02:03.765))', 765),
    ('datetime_part("dayOfYear", datetime(2017-10-30))', 303),
    ('datetime_add("year", 1, datetime(2017-01-01))', utc(2018, 1, 1)),
    ('datetime_add("quarter", 12, datetime(2017-01-01))', utc(2020, 1, 1)),
    ('datetime_add("month", -15, datetime(2017-01-01))', utc(2015, 10, 1)),
    ('datetime_add("month", 1, datetime(2017-01-31))', utc(2017, 2, 28)),
    ('datetime_add("week", 100, datetime(2017-01-01))', utc(2018, 12, 2)),
    ('datetime_add("hour", 1, datetime(2017-01-01))', utc(2017, 1, 1, 1)),
    ('datetime_add("second", -1, datetime(2017-01-01))', utc(2016, 12, 31, 23, 59, 59)),
    ('datetime_diff("year", datetime(2017-01-01), datetime(2000-12-31))', 17),
    ('datetime_diff("quarter", datetime(2017-07-01), datetime(2017-03-30))', 2),
    ('datetime_diff("month", datetime(2017-01-01), datetime(2015-12-30))', 13),
    ('datetime_diff("week", datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))', 5),
    ('datetime_diff("day", datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))', 29),
    ('datetime_diff("hour", datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))', 2),
    ('datetime_diff("minute", datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))', 5),
    ('datetime_diff("second", datetime(2017-10-30 23:00:10.100), datetime(2017-10-30 23:00:00.900))', 10),
    ('datetime_diff("millisecond", datetime(2017-10-30 23:00:00.200100), datetime(2017-10-30 23:00:00.100900))', 100),
    ('datetime_diff("Day", datetime(2017-01-01), datetime(2017-01-02))', -1),
    ("make_datetime(2017, 10, 1)", utc(2017, 10, 1)),
    ("make_datetime(2017, 10, 1, 12, 10)", utc(2017, 10, 1, 12, 10)),
    ("make_datetime(2017, 10, 1, 12, 11, 0.5)", utc(2017, 10, 1, 12, 11, 0, 500000)),
    ("make_datetime(2017, 2, 30)", None),
    ('make_datetime("2017-10-01")', utc(2017, 10, 1)),
    ('format_datetime(datetime(2017-01-29 09:00:05), "yy-MM-dd [HH:mm:ss]")', "17-01-29 [09:00:05]"),
    ('format_datetime(datetime(2017-01-29 09:00:05), "yyyy-M-dd [H:mm:ss]")', "2017-1-29 [9:00:05]"),
    ('format_datetime(datetime(2017-01-29 21:00:05), "yy-MM-dd [hh:mm:ss tt]")', "17-01-29 [09:00:05 PM]"),
    ('format_datetime(datetime(2009-06-15 13:45:30.617542), "s.ffffff F FF fff f")', "30.617542 6 61 617 6"),
    ('format_datetime(datetime(2009-06-15 00:45:30.05), "h F|FF")', "12 |05"),
    ('format_datetime(datetime(null), "yyyy")', ""),
    ('format_timespan(time(29.09:00:05.12345), "dd.hh:mm:ss:FF")', "29.09:00:05:12"),
    ('format_timespan(time(29.09:00:05.12345), "ddd.h:mm:ss [fffffff]")', "029.9:00:05 [1234500]"),
    ("unixtime_seconds_todatetime(1546300800)", utc(2019, 1, 1)),
    ("unixtime_milliseconds_todatetime(1546300800123)", utc(2019, 1, 1, 0, 0, 0, 123000)),
    ("bin_at(6.5, 2.5, 7)", 4.5),
    ("bin_at(time(1h), 1d, 12h)", timedelta(days=-1, seconds=43200)),
    ("bin_at(datetime(2017-05-15 10:20:00.0), 1d, datetime(1970-01-01 12:00:00.0))", utc(2017, 5, 14, 12, 0, 0)),
    ("bin_at(datetime(2017-05-17 10:20:00.0), 7d, datetime(2017-06-04 00:00:00.0))", utc(2017, 5, 14, 0, 0, 0)),
    ("make_timespan(1,12,30,55.123)", timedelta(days=1, seconds=45055, microseconds=123000)),
    ("make_timespan(12,30)", timedelta(seconds=45000)),
    ("make_timespan(25,0)", None),
    ("unixtime_microseconds_todatetime(1546300800000000)", utc(2019, 1, 1, 0, 0, 0)),
    ("unixtime_nanoseconds_todatetime(1546300800000000000)", utc(2019, 1, 1, 0, 0, 0)),
    ('datepart("Year", datetime(2020-01-01))', 2020),
    ("weekofyear(datetime(2020-01-01))", 1),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_time_functions_give_what_the_reference_says(expression: str, expected: object) -> None:
    check(expression, expected)


@given(st.datetimes(min_value=utc(2000, 1, 1).replace(tzinfo=None)), st.sampled_from(["1h", "10m", "1d", "7d", "13s"]))
def test_bin_law(moment: object, size: str) -> None:
    """A bin starts at or before the moment, less than a bin before it, and is its own bin."""
    start = value(f"bin(datetime({moment}), {size})")
    length = value(size)
    assert timedelta(0) <= value(f"datetime({moment})") - start < length
    assert value(f"bin(datetime({start.replace(tzinfo=None)}), {size})") == start


def test_now_is_the_same_everywhere_in_a_question() -> None:
    assert column("range i from 1 to 3 step 1 | extend a = now() | where a == now() | project a") == [NOW] * 3


def test_bins_of_columns_floor_each_row() -> None:
    kql = "datatable(t:datetime)[datetime(2007-01-07), datetime(2007-01-08), datetime(null)] | project bin(t, 7d)"
    assert column(kql) == [utc(2007, 1, 1), utc(2007, 1, 8), None]


def test_the_size_of_a_bin_may_be_a_column() -> None:
    assert column("datatable(n:long, k:long)[17, 5, 17, 0, -1, 10] | project bin(n, k)") == [15, None, -10]


def test_a_bin_of_moments_wants_a_timespan() -> None:
    with pytest.raises(BadQuery, match="'bin' does not take datetime and long together"):
        columns("Every | project bin(t, 7)")


def test_the_part_must_be_known_beforehand() -> None:
    with pytest.raises(BadQuery, match="wants a constant for 'part'"):
        columns("Every | project datetime_part(s, t)")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('datetime_diff("days", now(), now())', r"no period of time named 'days'.*Did you mean day"),
        ('datetime_add("weekly", 1, now())', r"no period of time named 'weekly'.*Did you mean week"),
        ('datetime_part("century", now())', "no part of time named 'century'.*It is one of year, quarter"),
        ('datetime_part("hours", now())', r"no part of time named 'hours'.*Did you mean hour"),
    ],
)
def test_a_unit_that_is_none_is_refused_by_name(call: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        columns(f"print {call}")


def test_a_unit_that_is_a_dynamic_is_none() -> None:
    assert value('datetime_diff(dynamic({"a": 1}), now(), now())') is None
    assert value('datetime_part(dynamic("year"), datetime(2026-01-08))') == 2026


def test_numbers_that_are_no_part_of_a_date_give_null() -> None:
    assert value("make_datetime(1e308, 9223372036854775807, 0)") is None
    assert value("make_datetime(2026, 1, 8, 0, 0, 1e300)") is None
    assert column("datatable(y:real)[2026, 1e308] | project make_datetime(y, 1, 8)") == [utc(2026, 1, 8), None]


@pytest.mark.parametrize("form", ["dddd", "yyyy-MMM-dd", "yyy", "HH:mm:ss t", "ffffffff"])
def test_letters_that_no_page_lists_are_refused(form: str) -> None:
    with pytest.raises(BadQuery, match=r"format_datetime has no .* It has d dd f ff .* yy yyyy tt") as caught:
        columns(f"Every | project format_datetime(t, '{form}')")
    assert caught.value.where == "line 1, column 17"


def test_a_format_need_not_be_a_literal() -> None:
    with pytest.raises(BadQuery, match="format_datetime has no 'MMM'"):
        value("format_datetime(now(), strcat('MM', 'M'))")
    assert value("format_datetime(datetime(2026-01-08), strcat('yy', 'MM'))") == "2601"
