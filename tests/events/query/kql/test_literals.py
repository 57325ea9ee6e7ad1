import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.events.query.kql.literals import (
    NotALiteral,
    duration_text,
    instant,
    instant_text,
    literal_text,
    number,
    quoted,
    string_value,
    timespan,
    timespan_text,
    typed,
)
from workbench.events.query.kql.syntax import Literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"plain"', "plain"),
        ("'it''s'", "it''s"),
        (r'"a\"b\\c\n\t"', 'a"b\\c\n\t'),
        (r'"\u00e9\x41"', "éA"),
        (r'"\U0001F600"', "😀"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud800"', "\ufffd"),
        (r'"\101\0"', "A\0"),
        (r'@"c:\n"', r"c:\n"),
        ('@"a""b"', 'a"b'),
        ("@'a''b'", "a'b"),
        ('h"secret"', "secret"),
        ("```a\n\\n```", "a\n\\n"),
    ],
)
def test_every_form_of_text_is_read(text: str, expected: str) -> None:
    assert string_value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5), ("0x1F", 31), ("1.5", 1.5), ("1000.", 1000.0), (".5", 0.5), ("2e3", 2000.0)],
)
def test_numbers_are_long_or_real(text: str, expected: float) -> None:
    found = number(text)
    assert found.value == expected
    assert found.type == ("long" if isinstance(expected, int) else "real")


@pytest.mark.parametrize("text", ["9223372036854775808", "1e999"])
def test_numbers_out_of_range_are_none(text: str) -> None:
    with pytest.raises(NotALiteral):
        number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7d", timedelta(days=7)),
        ("1.5h", timedelta(minutes=90)),
        ("30m", timedelta(minutes=30)),
        ("10s", timedelta(seconds=10)),
        ("5ms", timedelta(milliseconds=5)),
        ("3microseconds", timedelta(microseconds=3)),
        ("25ticks", timedelta(microseconds=2)),
        ("1tick", timedelta(0)),
        ("2hours", timedelta(hours=2)),
        ("1.02:03:04.5", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=500)),
        ("10:30", timedelta(hours=10, minutes=30)),
        ("00:00:00.1234567", timedelta(microseconds=123456)),
    ],
)
def test_timespans_are_read(text: str, expected: timedelta) -> None:
    assert timespan(text) == expected


@pytest.mark.parametrize("text", ["soon", "5 parsecs", "999999999999d", "99999999999.00:00:00", ""])
def test_what_is_no_timespan_is_none(text: str) -> None:
    with pytest.raises(NotALiteral):
        timespan(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-03", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-3-7", datetime(2026, 3, 7, tzinfo=UTC)),
        ("2026-03-07 10:05", datetime(2026, 3, 7, 10, 5, tzinfo=UTC)),
        ("2026-03-07T10:05:09.1234567Z", datetime(2026, 3, 7, 10, 5, 9, 123456, UTC)),
        ("2026-03-07T10:05:09-0130", datetime(2026, 3, 7, 11, 35, 9, tzinfo=UTC)),
        ("03/07/2026 10:05:09", datetime(2026, 3, 7, 10, 5, 9, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_utc(text: str, expected: datetime) -> None:
    assert instant(text) == expected


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "yesterday", "0001-01-01T00:00:00+05:00", "2026-1-1 25:00"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    with pytest.raises(NotALiteral):
        instant(text)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("long", "-5", -5),
        ("long", "0xff", 255),
        ("int", "2147483647", 2147483647),
        ("real", "1e3", 1000.0),
        ("double", "-inf", -math.inf),
        ("bool", "TRUE", True),
        ("boolean", "0", False),
        ("date", "2026-01-08", datetime(2026, 1, 8, tzinfo=UTC)),
        ("datetime", "'2026-01-08'", datetime(2026, 1, 8, tzinfo=UTC)),
        ("datetime", "min", datetime(1, 1, 1, tzinfo=UTC)),
        ("time", "2", timedelta(days=2)),
        ("timespan", "-1h", timedelta(hours=-1)),
        ("guid", "74BE27DE1E4E49D9B579FE0B331D3642", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
        ("datetime", "null", None),
    ],
)
def test_typed_literals_are_read(word: str, text: str, expected: object) -> None:
    assert typed(word, text).value == expected


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("int", "2147483648"),
        ("long", "1.5"),
        ("long", "9223372036854775808"),
        ("real", "x"),
        ("bool", "maybe"),
        ("guid", "74be"),
    ],
)
def test_typed_literals_of_another_type_are_none(word: str, text: str) -> None:
    with pytest.raises(NotALiteral):
        typed(word, text)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=7), "7d"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=1.5), "time(00:00:01.500000)"),
        (timedelta(milliseconds=250), "250ms"),
        (timedelta(0), "0d"),
        (timedelta(hours=-2), "time(-02:00:00)"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4.5), "time(1.02:03:04.500000)"),
    ],
)
def test_timespans_are_written_with_the_largest_unit_that_says_it(length: timedelta, text: str) -> None:
    assert timespan_text(length) == text


def test_times_as_tostring_writes_them() -> None:
    assert instant_text(datetime(2026, 1, 8, 9, 30, tzinfo=UTC)) == "2026-01-08T09:30:00.0000000Z"
    assert duration_text(timedelta(days=-1, hours=-2)) == "-1.02:00:00"
    assert duration_text(timedelta(milliseconds=1)) == "00:00:00.0010000"


def test_hidden_characters_are_written_visibly() -> None:
    assert quoted("a\u202eb\n") == '"a\\u202eb\\u000a"'
    assert quoted("\U000e0001") == '"\\U000e0001"'


VALUES = st.one_of(
    st.text().map(lambda value: Literal(value.encode("utf-8", "replace").decode(), "string")),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: Literal(value, "long")),
    st.integers(-(2**31), 2**31 - 1).map(lambda value: Literal(value, "int")),
    st.floats().map(lambda value: Literal(math.nan if math.isnan(value) else value, "real")),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: Literal(value, "decimal")),
    st.booleans().map(lambda value: Literal(value, "bool")),
    st.datetimes(timezones=st.just(UTC)).map(lambda value: Literal(value, "datetime")),
    st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)).map(lambda value: Literal(value, "timespan")),
    st.uuids().map(lambda value: Literal(str(value), "guid")),
    st.sampled_from(["long", "int", "real", "bool", "datetime", "timespan", "guid"]).map(
        lambda kind: Literal(None, kind)
    ),
)


@given(VALUES)
def test_a_literal_is_read_back_as_it_was_written(literal: Literal) -> None:
    from workbench.events.query import parse

    assert parse(f"print x = {literal_text(literal)}") == parse(f"print x = {literal_text(literal)}")
    body = parse(f"print x = {literal_text(literal)}").body
    assert body.source.items[0].expr == literal  # type: ignore[attr-defined]
